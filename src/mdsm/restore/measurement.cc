#include "mdsm/restore/measurement.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

/// 1 in held directions, 0 in free ones.
/// \param level  broadcasts against the data
Tensor held(const Tensor& s, const Tensor& level, double sigma) {
  return ((s * level >= sigma) & (s > 0)).to(level.scalar_type());
}

/// sigma^2/s^2 in directions that are held, elsewhere 0.
Tensor variance_of_held(const Tensor& s, const Tensor& is_held, double sigma) {
  return is_held * (sigma * sigma) / at::where(s > 0, s, at::ones_like(s)).square();
}

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

Tensor Measurement::hold(const Tensor& x, const Tensor& level, const Tensor& noise) const {
  const Tensor l = per_datum(level.to(x.options()), x);
  const auto missing_noise = [&](const Tensor& s) {
    const Tensor is_held = held(s, l, sigma_);
    return is_held * (l.square() - variance_of_held(s, is_held, sigma_)).clamp_min(0).sqrt();
  };
  return a_->filter(x, [&](const Tensor& s) { return 1 - held(s, l, sigma_); }) +
         a_->filter(projected_, [&](const Tensor& s) { return held(s, l, sigma_); }) + a_->filter(noise, missing_noise);
}

Tensor Measurement::pull(const Tensor& x, const Tensor& residual, const Tensor& level) const {
  const Tensor l = per_datum(level.to(x.options()), x);
  return a_->filter(residual, [&](const Tensor& s) { return 1 - held(s, l, sigma_); }) +
         a_->filter(projected_ - x, [&](const Tensor& s) { return held(s, l, sigma_); });
}

Tensor Measurement::finish(const Tensor& x, const Tensor& denoised, const Tensor& level) const {
  const Tensor l = per_datum(level.to(x.options()).clamp_min(1e-6), x);
  const Tensor variance = l.square();
  const Tensor removed = per_datum(implied_sigma(x, denoised).to(x.options()), x).square();
  // Of the denoised datum: what of the noise was not removed. The estimate has an error of its own, hence the limits.
  const Tensor left = at::minimum(at::maximum(variance - removed, variance * 1e-3), variance);
  const Tensor others = left.reciprocal() - variance.reciprocal();  // precision that does not come from x itself
  const auto of_measurement = [&](const Tensor& s) {
    const Tensor is_held = held(s, l, sigma_);
    return is_held / (1 + others * variance_of_held(s, is_held, sigma_));
  };
  Tensor estimate = a_->filter(denoised, [&](const Tensor& s) { return 1 - held(s, l, sigma_); }) +
                    a_->filter(projected_, of_measurement);
  if (sigma_ == 0) return estimate;
  return estimate + a_->filter(denoised / left - x / variance, [&](const Tensor& s) {
    return of_measurement(s) * variance_of_held(s, held(s, l, sigma_), sigma_);
  });
}

Measurement measured(std::shared_ptr<const LinearOperator> a, const Tensor& x, double sigma, const Tensor& noise) {
  Tensor y = a->apply(x);
  require(noise.sizes() == y.sizes(), "measured: noise {} for measurements {}.", to_text(noise.sizes()),
          to_text(y.sizes()));
  if (sigma > 0) y = y + sigma * noise * a->where_measured().to(y.options());
  return {std::move(a), std::move(y), sigma};
}

}  // namespace mdsm
