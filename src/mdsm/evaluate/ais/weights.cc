#include "mdsm/evaluate/ais/weights.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"

namespace mdsm {
namespace {

void require_weights(const Tensor& log_weights) {
  require(log_weights.dim() == 1 && log_weights.size(0) >= 1 && log_weights.scalar_type() == at::kDouble,
          "log weights have shape {} (expected float64, one a chain).", to_text(log_weights.sizes()));
}

/// (kResamples, n): places of `n` weights, drawn with replacement. `which` tells the two directions apart.
Tensor resampled_places(int64_t n, uint64_t seed, uint32_t which) {
  const Tensor uniform =
      RandomRows::slots(seed, Stream::bootstrap, which * (1U << 30), kResamples).uniform(0, {n}, at::kDouble);
  return (uniform * static_cast<double>(n)).floor_().to(at::kLong).clamp_max_(n - 1);
}

BootstrapEstimate with_interval(double value, const Tensor& resampled) {
  const Tensor ends = at::quantile(resampled, at::tensor({(1 - kConfidence) / 2, (1 + kConfidence) / 2}, at::kDouble));
  return {value, ends[0].item<double>(), ends[1].item<double>()};
}

/// The root of the acceptance-ratio equation for each row of weights, (R, F) and (R, B) -> (R), by bisection.
Tensor acceptance_ratio_roots(const Tensor& forward, const Tensor& reverse) {
  const double ratio = std::log(static_cast<double>(forward.size(1)) / static_cast<double>(reverse.size(1)));
  Tensor low = at::minimum(forward.amin(1), -reverse.amax(1)) - 50;
  Tensor high = at::maximum(forward.amax(1), -reverse.amin(1)) + 50;
  for (int iteration = 0; iteration < 60; ++iteration) {
    const Tensor middle = (low + high) * 0.5;
    const Tensor at = middle.unsqueeze(1);
    // Falls as the root is passed: sum_F f(M - w + L) - sum_B f(-M - w - L), f(y) = 1 / (1 + exp(y)).
    const Tensor excess = at::sigmoid(forward - at - ratio).sum(1) - at::sigmoid(reverse + at + ratio).sum(1);
    const Tensor above = excess < 0;
    high = at::where(above, middle, high);
    low = at::where(above, low, middle);
  }
  return (low + high) * 0.5;
}

}  // namespace

double log_mean_exp(const Tensor& log_weights) {
  require_weights(log_weights);
  return log_weights.logsumexp(0).item<double>() - std::log(static_cast<double>(log_weights.size(0)));
}

double effective_sample_size(const Tensor& log_weights) {
  require_weights(log_weights);
  return std::exp(2 * log_weights.logsumexp(0).item<double>() - (log_weights * 2).logsumexp(0).item<double>());
}

BootstrapEstimate bootstrap_log_mean_exp(const Tensor& log_weights, uint64_t seed) {
  const double value = log_mean_exp(log_weights);
  const int64_t n = log_weights.size(0);
  const Tensor places = resampled_places(n, seed, 0);
  const Tensor values = log_weights.index_select(0, places.flatten()).view_as(places).logsumexp(1);
  return with_interval(value, values - std::log(static_cast<double>(n)));
}

BootstrapEstimate bennett_acceptance_ratio(const Tensor& forward, const Tensor& reverse, uint64_t seed) {
  require_weights(forward);
  require_weights(reverse);
  const auto resample = [seed](const Tensor& weights, uint32_t which) {
    const Tensor places = resampled_places(weights.size(0), seed, which);
    return weights.index_select(0, places.flatten()).view_as(places);
  };
  const double value = acceptance_ratio_roots(forward.unsqueeze(0), reverse.unsqueeze(0)).item<double>();
  return with_interval(value, acceptance_ratio_roots(resample(forward, 1), resample(reverse, 2)));
}

}  // namespace mdsm
