#include "mdsm/energy/analytic/mixture.h"

#include <cmath>
#include <numbers>

#include "mdsm/base/error.h"
#include "mdsm/energy/analytic/constants.h"
#include "mdsm/energy/analytic/rejection.h"

namespace mdsm {

GaussianMixtureEnergy::GaussianMixtureEnergy(const Tensor& weights, const Tensor& means, const Tensor& variances)
    : AnalyticEnergy(datum_shape_of(means)),
      means_(as_constant(means, "mixture energy: the means").flatten(1)),
      variances_(as_positive_constant(variances, means.sizes(), "mixture energy: the variances").flatten(1)) {
  const Tensor positive = as_positive_constant(weights, weights.sizes(), "mixture energy: the weights");
  require(positive.dim() == 1 && positive.size(0) == means_.size(0),
          "mixture energy: weights of shape {} for {} means (one weight a component). Pass shape ({}).",
          to_text(positive.sizes()), means_.size(0), means_.size(0));
  log_weights_ = (positive / positive.sum()).log();
  log_peaks_ = log_weights_ - (variances_ * (2 * std::numbers::pi)).log().sum(1) * 0.5;
}

Tensor GaussianMixtureEnergy::log_terms(const Tensor& x) const {
  const Tensor offset = x.unsqueeze(1) - means_.to(x.options());  // (B, K, D)
  return log_peaks_.to(x.options()) - (offset.square() / variances_.to(x.options())).sum(2) * 0.5;
}

ValueAndGradient GaussianMixtureEnergy::evaluate(const Tensor& x) const {
  const Tensor terms = log_terms(x);
  const Tensor share = terms.softmax(1).unsqueeze(2);  // (B, K, 1): which component x comes from
  const Tensor pull = (x.unsqueeze(1) - means_.to(x.options())) / variances_.to(x.options());
  return {-terms.logsumexp(1), (share * pull).sum(1)};
}

double GaussianMixtureEnergy::log_normaliser_at(double temperature) const {
  require(temperature == 1,
          "mixture energy: the normaliser at temperature {} (a tempered mixture has no closed form). Ask for it at 1.",
          temperature);
  return 0;
}

// With beta = 1/T and terms a_k(x), the target is f = (sum a_k)^beta. Proposals come from g = sum_k c_k a_k^beta >= f:
//   beta <= 1: c_k = 1, since t^beta is subadditive;
//   beta > 1:  c_k = q_k^(1 - beta) for any probabilities q (Hoelder); q_k = M_k^T / sum M_k^T with M_k = integral of
//   a_k^beta
//              makes the integral of g, hence the number of attempts, smallest.
Tensor GaussianMixtureEnergy::draw(const RandomRows& rows, double temperature) const {
  const double beta = 1 / temperature;
  const Tensor log_mass =
      log_weights_ * beta +
      ((variances_ * (2 * std::numbers::pi)).log() * (1 - beta) + std::log(temperature)).sum(1) * 0.5;
  const Tensor log_bound = beta <= 1 ? at::zeros_like(log_mass) : (log_mass * temperature).log_softmax(0) * (1 - beta);
  const Tensor edges = (log_mass + log_bound).softmax(0).cumsum(0);
  return sample_by_rejection(rows, 0, [&](uint32_t step) {
    const Tensor u = rows.uniform(step, {}, at::kDouble);
    const Tensor component = at::searchsorted(edges, u, false, /*right=*/true).clamp_max(edges.size(0) - 1);
    const Tensor spread = (variances_.index_select(0, component) * temperature).sqrt();
    const Tensor x = means_.index_select(0, component) + spread * rows.normal(step + 1, {dimension()}, at::kDouble);
    const Tensor terms = log_terms(x);
    return Proposal{x, terms.logsumexp(1) * beta - (terms * beta + log_bound).logsumexp(1)};
  });
}

}  // namespace mdsm
