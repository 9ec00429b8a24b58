#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// What was measured of a batch, y = A x + sigma n. In an orthonormal direction of singular value s > 0, A+ y is the
/// truth plus noise of size sigma/s.
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

  /// x in directions that are not measured; in the others A+ y plus the noise that it lacks at this level,
  /// sqrt(level^2 - sigma^2/s^2) n (none where it has more), n = `noise` ~ N(0, I) like x.
  Tensor hold(const Tensor& x, double level, const Tensor& noise) const;

  /// `residual` in directions that are not measured, A+ y - x in the others.
  Tensor pull(const Tensor& x, const Tensor& residual) const;

  /// Without noise in the measurement x + A+ (y - A x), which agrees with it exactly; else x.
  Tensor agree(const Tensor& x) const;

 private:
  std::shared_ptr<const LinearOperator> a_;
  Tensor y_;
  double sigma_;
  Tensor projected_;
};

/// y = A x + sigma n of true images x (B, A.domain()...), n = `noise` ~ N(0, I) (B, A.range()...).
Measurement measured(std::shared_ptr<const LinearOperator> a, const Tensor& x, double sigma, const Tensor& noise);

}  // namespace mdsm
