#include "mdsm/sample/ancestral.h"

#include <utility>

#include "mdsm/sample/denoising_step.h"

namespace mdsm {

AncestralSampler::AncestralSampler(std::vector<double> levels, double eta, NoiseSource source, ChainEnds ends)
    : Sampler(std::move(ends)), levels_(std::move(levels)), eta_(eta), source_(source) {
  require_levels(levels_);
  require(eta >= 0 && eta <= 2, "ancestral sampler: eta is {} (expected 0 to 2). Change sample.eta.", eta);
}

Sampler::Outcome AncestralSampler::advance(const Energy& energy, Tensor& x, const RandomRows& noise,
                                           Observer* observer) const {
  const Shape datum_shape = datum_shape_of(x);
  const int64_t steps = step_gradients();
  for (int64_t step = 0; step < steps; ++step) {
    const double from = levels_[static_cast<size_t>(step)];
    const double to = levels_[static_cast<size_t>(step) + 1];
    const auto gradient = observed_gradient(energy, x, step, steps, tempering(from, sigma0()), observer);
    if (!gradient) return Outcome::stopped;
    const Tensor residual = *gradient * (sigma0() * sigma0());
    const NoiseStep move = noise_step(believed_noise(source_, from, residual), to, eta_);
    x.add_(residual * scaled_like(move.keep - 1, x));
    if (eta_ == 0) continue;
    const Tensor fresh = noise.normal(static_cast<uint32_t>(step), datum_shape, x.scalar_type()).to(x.device());
    x.add_(fresh * scaled_like(move.fresh, x));
  }
  return Outcome::finished;
}

}  // namespace mdsm
