#include "mdsm/objective/denoising_score_matching.h"

#include "mdsm/base/named.h"

namespace mdsm {
namespace {

Weighting weighting_of(const ObjectiveOptions& options) {
  if (options.kind == "dsm") return Weighting::uniform;
  return static_cast<Weighting>(index_of_name(options.weighting, weighting_names(), "objective.weighting"));
}

}  // namespace

const std::vector<std::string>& weighting_names() {
  static const std::vector<std::string> names{"inverse-variance", "inverse-deviation", "edm", "bounded", "uniform"};
  return names;
}

Tensor level_weight(Weighting weighting, const Tensor& sigma, double sigma_data) {
  const double data_variance = sigma_data * sigma_data;
  switch (weighting) {
    case Weighting::inverse_variance:
      return sigma.pow(-2);
    case Weighting::inverse_deviation:
      return sigma.pow(-1);
    case Weighting::edm:
      return sigma.pow(-2) + 1 / data_variance;
    case Weighting::bounded:
      return 1 / (sigma.pow(2) + data_variance);
    case Weighting::uniform:
      return at::ones_like(sigma);
  }
  fail("level_weight: unknown weighting");
}

DenoisingScoreMatching::DenoisingScoreMatching(const ObjectiveOptions& options)
    : weighting_(weighting_of(options)), sigma_data_(options.sigma_data), sigma0_(options.sigma0) {
  require(sigma_data_ > 0 && std::isfinite(sigma_data_), "objective.sigma_data is {} (expected a number above 0).",
          sigma_data_);
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
  const Tensor weight = level_weight(weighting_, sigma, sigma_data_);
  Tensor loss = sum_per_datum(residual * residual).mul_(weight);
  // d/dg of (1/batch) sum_i l_i ||r_i||^2 with r = x - x~ + s2 g.
  Tensor direction = residual.mul_(per_datum(weight, x)).mul_(2 * s2 / static_cast<double>(batch));
  return {std::move(loss), std::move(direction)};
}

}  // namespace mdsm
