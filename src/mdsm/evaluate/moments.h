#pragma once

#include <filesystem>

#include "mdsm/base/tensor.h"
#include "mdsm/data/covariance.h"

namespace mdsm {

/// Mean and covariance of features.
struct Moments {
  Tensor mean;        ///< (D) float64
  Tensor covariance;  ///< (D, D) float64, divided by count - 1
  int64_t count = 0;  ///< features behind them; 0 where a file does not say
};

/// Moments of features that come batch by batch, in memory that does not grow with their number.
class MomentAccumulator {
 public:
  /// \param features  (B, D) floating point, B >= 1; D as in the first batch
  void add(const Tensor& features) { rows_.add(features); }
  int64_t count() const { return rows_.count(); }
  /// \throws Error if there are fewer than two features
  Moments moments() const;

 private:
  CovarianceAccumulator rows_;
};

/// Moments of all rows of (N, D).
Moments moments_of(const Tensor& features);

/// Statistics as pytorch-fid, clean-fid and edm keep them: a .npz with arrays "mu" (D) and "sigma" (D, D); ours also
/// has "n" (1), which they ignore.
void write_moments(const std::filesystem::path& path, const Moments& moments);
/// \throws Error if the arrays are not there, their shapes do not fit or a number is not finite
Moments read_moments(const std::filesystem::path& path);

}  // namespace mdsm
