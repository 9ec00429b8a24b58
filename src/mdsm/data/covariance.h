#pragma once

#include <cstdint>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// What the sum of products is divided by.
enum class Divisor {
  count,           ///< n: of the data themselves; the maximum-likelihood estimate
  count_less_one,  ///< n - 1: unbiased for what the data were drawn from
};

/// Mean and covariance of rows that come batch by batch, in float64 and in memory that does not grow with their number.
///
/// Batches are joined by Chan, Golub and LeVeque's update, which subtracts means before it multiplies: no cancellation.
class CovarianceAccumulator {
 public:
  enum class Keep {
    covariance,  ///< (D, D)
    variances,   ///< (D), where D is too large for more
  };

  explicit CovarianceAccumulator(Keep keep = Keep::covariance) : keep_(keep) {}

  /// \param rows  (B, D) floating point, B >= 1; D as in the first batch
  void add(const Tensor& rows);
  int64_t count() const { return count_; }
  /// (D) float64.
  const Tensor& mean() const { return mean_; }
  /// (D, D) float64.
  /// \throws Error if there are fewer than two rows, or variances alone are kept
  Tensor covariance(Divisor divisor) const;
  /// Of the covariance: the sum of the variances.
  /// \throws Error if there are fewer than two rows
  double trace(Divisor divisor) const;

 private:
  double divided_by(Divisor divisor) const;

  Keep keep_;
  Tensor mean_;
  Tensor scatter_;  // sum of (f - mean)(f - mean)^T, or its diagonal
  int64_t count_ = 0;
};

/// The largest eigenvalues of a covariance, and the others by their mean: what a Gaussian of low rank is made of
/// (Tipping and Bishop 1999, "Probabilistic principal component analysis").
struct PrincipalParts {
  Tensor values;        ///< (r) float64, largest first, at least 0
  Tensor vectors;       ///< (r, D) float64, orthonormal rows
  double residual = 0;  ///< mean of the other D - r eigenvalues, at least 0; 0 where there are none
};

/// \param covariance  (D, D) float64, symmetric
/// \param rank        1 to D
PrincipalParts principal_parts(const Tensor& covariance, int64_t rank);

}  // namespace mdsm
