#include "mdsm/objective/denoising_score_matching.h"

#include "mdsm/base/error.h"

namespace mdsm {

DenoisingScoreMatching::DenoisingScoreMatching(const ObjectiveOptions& options)
    : inverse_variance_(options.kind == "mdsm"), sigma0_(options.sigma0) {
  require(sigma0_ > 0 && std::isfinite(sigma0_), "objective.sigma0 is {} (expected a number above 0).", sigma0_);
}

ObjectiveValue DenoisingScoreMatching::operator()(const Tensor& x, const Tensor& noisy, const Tensor& sigma,
                                                  const Tensor& gradient, int64_t batch) const {
  require(noisy.sizes() == x.sizes() && gradient.sizes() == x.sizes(),
          "denoising score matching: data {}, noisy data {}, gradient {} (expected one shape).", to_text(x.sizes()),
          to_text(noisy.sizes()), to_text(gradient.sizes()));
  require(sigma.dim() == 1 && sigma.size(0) == x.size(0),
          "denoising score matching: sigma has shape {} for a batch of {}. Pass shape ({}).", to_text(sigma.sizes()),
          x.size(0), x.size(0));
  require(batch >= x.size(0), "denoising score matching: a mean over {} data for a batch of {}.", batch, x.size(0));
  const double s2 = sigma0_ * sigma0_;
  Tensor residual = at::add(x - noisy, gradient, s2);
  const Tensor weight = inverse_variance_ ? sigma.pow(-2) : at::ones_like(sigma);
  Tensor loss = sum_per_datum(residual * residual).mul_(weight);
  // d/dg of (1/batch) sum_i l_i ||r_i||^2 with r = x - x~ + s2 g.
  Tensor direction = residual.mul_(per_datum(weight, x)).mul_(2 * s2 / static_cast<double>(batch));
  return {std::move(loss), std::move(direction)};
}

}  // namespace mdsm
