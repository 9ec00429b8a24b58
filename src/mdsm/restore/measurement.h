#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// What was measured of a batch, y = A x + sigma n, and how a solver's iterate is kept to it.
///
/// Solvers of this folder move x from much noise to little; `level` (B) is the noise of x now, in units of the data. A
/// direction of A+ y with singular value s has noise sigma/s. While that is at most the level, the direction is *held*
/// by the measurement; once the level is below it, the measurement has told all it can and the direction is *free*, as
/// the null space is all along. Source: Kawar, Vaksman, Elad 2021, arXiv:2105.14951 (SNIPS), section 3; equations (2)
/// to (4) of docs/derivations/restoration.md.
class Measurement {
 public:
  /// \param y      (B, A.range()...)
  /// \param sigma  standard deviation of the noise in y, at least 0
  Measurement(std::shared_ptr<const LinearOperator> a, Tensor y, double sigma);

  const LinearOperator& a() const { return *a_; }
  const std::shared_ptr<const LinearOperator>& shared_a() const { return a_; }
  const Tensor& y() const { return y_; }
  double sigma() const { return sigma_; }
  /// A+ y, (B, A.domain()...)
  const Tensor& projected() const { return projected_; }
  int64_t count() const { return y_.size(0); }
  /// The measurements of these data only; `rows` (K) int64.
  Measurement of(const Tensor& rows) const;

  /// Equation (2): free directions as in x; held ones are A+ y plus the noise that A+ y lacks at this level,
  /// sqrt(level^2 - sigma^2/s^2) n, n = `noise` ~ N(0, I) like x.
  Tensor hold(const Tensor& x, const Tensor& level, const Tensor& noise) const;

  /// Equation (3): `residual` in free directions, A+ y - x in held ones.
  Tensor pull(const Tensor& x, const Tensor& residual, const Tensor& level) const;

  /// Equation (4): the estimate that x, its denoised D(x) and the measurement give together. Without noise in the
  /// measurement that is D + A+ (y - A D), which agrees with it exactly.
  Tensor finish(const Tensor& x, const Tensor& denoised, const Tensor& level) const;

 private:
  std::shared_ptr<const LinearOperator> a_;
  Tensor y_;
  double sigma_;
  Tensor projected_;
};

/// y = A x + sigma n of true images x (B, A.domain()...), n = `noise` ~ N(0, I) (B, A.range()...).
Measurement measured(std::shared_ptr<const LinearOperator> a, const Tensor& x, double sigma, const Tensor& noise);

}  // namespace mdsm
