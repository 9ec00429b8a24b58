#include "mdsm/sample/deterministic.h"

#include <utility>

#include "mdsm/sample/denoising_step.h"

namespace mdsm {

DeterministicSampler::DeterministicSampler(std::vector<double> levels, NoiseSource source, ChainEnds ends)
    : Sampler(std::move(ends)), levels_(std::move(levels)), source_(source) {
  require_levels(levels_);
}

Sampler::Outcome DeterministicSampler::advance(const Energy& energy, Tensor& x, const RandomRows&,
                                               Observer* observer) const {
  const int64_t steps = step_gradients();
  for (int64_t step = 0; step < steps; ++step) {
    const double from = levels_[static_cast<size_t>(step)];
    const double to = levels_[static_cast<size_t>(step) + 1];
    const auto gradient = observed_gradient(energy, x, step, steps, tempering(from, sigma0()), observer);
    if (!gradient) return Outcome::stopped;
    const Tensor residual = *gradient * (sigma0() * sigma0());
    const NoiseStep move = noise_step(believed_noise(source_, from, residual), to, 0);
    x.add_(residual * scaled_like(move.keep - 1, x));
  }
  return Outcome::finished;
}

}  // namespace mdsm
