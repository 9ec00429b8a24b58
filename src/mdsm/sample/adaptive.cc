#include "mdsm/sample/adaptive.h"

#include <cmath>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/sample/denoising_step.h"
#include "mdsm/sample/noise_schedule.h"

namespace mdsm {
namespace {

/// E and grad E of the whole batch, of which only the chains that still move are evaluated.
struct Evaluated {
  Tensor energy;    // (B) float64; a chain's is right at every step at which energies are wanted
  Tensor gradient;  // (B, ...)
  Tensor stale;     // chains that stopped since energies were last wanted

  void renew(const Energy& potential, const Tensor& x, const Tensor& moving, bool with_energy) {
    const Tensor part = x.index_select(0, moving);
    if (!with_energy) {
      gradient.index_copy_(0, moving, potential.gradient(part));
      return;
    }
    const ValueAndGradient at = potential.value_and_gradient(part);
    gradient.index_copy_(0, moving, at.gradient);
    energy.index_copy_(0, moving, at.value.to(at::kDouble));
    if (stale.size(0) > 0) {
      energy.index_copy_(0, stale, potential.value(x.index_select(0, stale)).to(at::kDouble));
      stale = stale.narrow(0, 0, 0);
    }
  }
};

}  // namespace

AdaptiveSampler::AdaptiveSampler(const AdaptiveSettings& settings, ChainEnds ends)
    : Sampler(std::move(ends)), settings_(settings) {
  require(settings.beta >= 0 && settings.beta <= 1, "adaptive sampler: beta is {} (expected 0 to 1).", settings.beta);
  require(settings.first_step > 0 && settings.first_step <= 1,
          "adaptive sampler: the first step is {} (expected above 0, at most 1). Change sample.h0.",
          settings.first_step);
  require(settings.sigma_end > 0 && std::isfinite(settings.sigma_end),
          "adaptive sampler: it ends at noise {} (expected above 0). Change sample.sigma_min.", settings.sigma_end);
  require(settings.most_steps >= 1, "adaptive sampler: at most {} steps (expected at least 1). Change sample.steps.",
          settings.most_steps);
}

Sampler::Outcome AdaptiveSampler::advance(const Energy& energy, Tensor& x, const RandomRows& noise,
                                          Observer* observer) const {
  const Shape datum_shape = datum_shape_of(x);
  const int64_t chains = x.size(0);
  Tensor moving = at::arange(chains, x.options().dtype(at::kLong));
  Evaluated at{at::zeros({chains}, x.options().dtype(at::kDouble)), at::zeros_like(x), moving.narrow(0, 0, 0)};
  double spent = 0;  // by all chains
  for (int64_t step = 0; step < settings_.most_steps && moving.size(0) > 0; ++step) {
    const bool wanted = observer != nullptr && observer->wants_energy(step);
    at.renew(energy, x, moving, wanted);
    const Tensor residual = at.gradient.index_select(0, moving) * (sigma0() * sigma0());
    const Tensor sigma = believed_noise(NoiseSource::implied, 0, residual);
    if (observer != nullptr) {
      const Tensor shown = wanted ? at.energy : Tensor();
      const double temperature = tempering(sigma.mean().item<double>(), sigma0());
      const ChainState state{
          step, settings_.most_steps, temperature, x, shown, at.gradient, spent / static_cast<double>(chains)};
      if (observer->observe(state) == Reply::stop) return Outcome::stopped;
    }
    spent += static_cast<double>(moving.size(0));
    const Tensor above = sigma > settings_.sigma_end;
    const Tensor goes_on = above.nonzero().flatten();
    if (!wanted) at.stale = at::cat({at.stale, moving.index_select(0, above.logical_not().nonzero().flatten())});
    moving = moving.index_select(0, goes_on);
    const double h =
        settings_.first_step * static_cast<double>(step + 1) / (1 + settings_.first_step * static_cast<double>(step));
    const double renewed = std::pow(1 - settings_.beta * h, 2) - std::pow(1 - h, 2);
    const Tensor fresh = noise.normal(static_cast<uint32_t>(step), datum_shape, x.scalar_type()).to(x.device());
    const Tensor gamma = sigma.index_select(0, goes_on) * std::sqrt(std::max(renewed, 0.0));
    x.index_add_(0, moving, residual.index_select(0, goes_on) * -h);
    x.index_add_(0, moving, fresh.index_select(0, moving) * scaled_like(gamma, x));
  }
  return {.gradients = spent / static_cast<double>(chains)};
}

}  // namespace mdsm
