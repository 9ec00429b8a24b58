#include "mdsm/restore/measurement.h"

#include <cmath>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

/// 1 where something is measured, else 0.
Tensor is_measured(const Tensor& s) { return (s > 0).to(s.scalar_type()); }
Tensor is_free(const Tensor& s) { return 1 - is_measured(s); }

}  // namespace

Measurement::Measurement(std::shared_ptr<const LinearOperator> a, Tensor y, double sigma)
    : a_(std::move(a)), y_(std::move(y)), sigma_(sigma) {
  require(sigma >= 0 && std::isfinite(sigma), "measurement: noise of size {} (it must be finite and at least 0).",
          sigma);
  projected_ = a_->pseudo_inverse(y_);
}

Measurement Measurement::of(const Tensor& rows) const {
  Measurement part = *this;
  part.y_ = y_.index_select(0, rows);
  part.projected_ = projected_.index_select(0, rows);
  return part;
}

Tensor Measurement::hold(const Tensor& x, double level, const Tensor& noise) const {
  const auto missing_noise = [&](const Tensor& s) {
    const Tensor own = (sigma_ * sigma_) / at::where(s > 0, s, at::ones_like(s)).square();
    return is_measured(s) * (level * level - own).clamp_min(0).sqrt();
  };
  return a_->filter(x, is_free) + projected_ + a_->filter(noise, missing_noise);
}

Tensor Measurement::pull(const Tensor& x, const Tensor& residual) const {
  return a_->filter(residual, is_free) + projected_ - a_->filter(x, is_measured);
}

Tensor Measurement::agree(const Tensor& x) const { return sigma_ > 0 ? x : a_->filter(x, is_free) + projected_; }

Measurement measured(std::shared_ptr<const LinearOperator> a, const Tensor& x, double sigma, const Tensor& noise) {
  Tensor y = a->apply(x);
  require(noise.sizes() == y.sizes(), "measured: noise {} for measurements {}.", to_text(noise.sizes()),
          to_text(y.sizes()));
  if (sigma > 0) y = y + sigma * noise * a->where_measured().to(y.options());
  return {std::move(a), std::move(y), sigma};
}

}  // namespace mdsm
