#include "mdsm/evaluate/density/smoothed_moments.h"

#include <cmath>
#include <numbers>

#include "mdsm/base/error.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/low_rank_gaussian.h"

namespace mdsm {

double noise_entropy(double sigma, int64_t dimensions) {
  return 0.5 * static_cast<double>(dimensions) * std::log(2 * std::numbers::pi * std::numbers::e * sigma * sigma);
}

SmoothedMoments::SmoothedMoments(const DataMoments& moments, double sigma) {
  require(sigma > 0 && std::isfinite(sigma), "moments with noise: sigma is {} (it must be positive and finite).",
          sigma);
  const double square = sigma * sigma, across = moments.residual_variance + square;
  const int64_t dimensions = element_count(moments.mean.sizes());
  auto inverse_trace = static_cast<double>(dimensions) / across;
  if (moments.rank() == 0) {
    energy_ = std::make_unique<DiagonalGaussianEnergy>(moments.mean, at::full({}, across, at::kDouble));
  } else {
    // The factors are kept as float16 numbers: orthogonal only nearly.
    const auto [left, scale, right] = at::linalg_svd(moments.factor.to(at::kDouble).flatten(1), false);
    const Tensor along = scale.square() + across;
    energy_ = std::make_unique<LowRankGaussianEnergy>(moments.mean, right.t(), along, across);
    inverse_trace += (along.reciprocal() - 1 / across).sum().item<double>();
  }
  log_normaliser_ = energy_->log_normaliser();
  noise_terms_ = 0.5 * square * inverse_trace - noise_entropy(sigma, dimensions);
}

Tensor SmoothedMoments::log_density(const Tensor& y) const {
  return -(energy_->value(y.to(at::kDouble)) + log_normaliser_);
}

Tensor SmoothedMoments::divergence_from(const Tensor& x) const {
  return energy_->value(x.to(at::kDouble)) + (log_normaliser_ + noise_terms_);
}

}  // namespace mdsm
