#include "mdsm/sample/heun.h"

#include <utility>

#include "mdsm/sample/denoising_step.h"

namespace mdsm {

HeunSampler::HeunSampler(std::vector<double> levels, int64_t gradients, NoiseSource source, ChainEnds ends)
    : Sampler(std::move(ends)), levels_(std::move(levels)), gradients_(gradients), source_(source) {
  require_levels(levels_);
  require(static_cast<int64_t>(levels_.size()) == level_count(gradients),
          "Heun sampler: {} levels for {} gradients (expected {}).", levels_.size(), gradients, level_count(gradients));
}

Sampler::Outcome HeunSampler::advance(const Energy& energy, Tensor& x, const RandomRows&, Observer* observer) const {
  const double sigma0_squared = sigma0() * sigma0();
  const auto steps = static_cast<int64_t>(levels_.size()) - 1;
  for (int64_t step = 0; step < steps; ++step) {
    const double from = levels_[static_cast<size_t>(step)];
    const double to = levels_[static_cast<size_t>(step) + 1];
    const auto spent = static_cast<double>(2 * step);
    const auto gradient = observed_gradient(energy, x, step, steps, tempering(from, sigma0()), observer, spent);
    if (!gradient) return Outcome::stopped;
    const Tensor residual = *gradient * sigma0_squared;
    // part = sigma'/sigma; the step of first order is (part - 1) (x - D(x)).
    const Tensor part = noise_step(believed_noise(source_, from, residual), to, 0).keep;
    const Tensor first = residual * scaled_like(part - 1, x);
    if (2 * step + 1 == gradients_) {
      x.add_(first);
      break;
    }
    // (sigma' - sigma) / sigma' = 1 - 1 / part
    const Tensor second = energy.gradient(x + first) * scaled_like((1 - 1 / part) * sigma0_squared, x);
    x.add_(first, 0.5).add_(second, 0.5);
  }
  return Outcome::finished;
}

}  // namespace mdsm
