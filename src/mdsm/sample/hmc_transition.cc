#include "mdsm/sample/hmc_transition.h"

#include <cmath>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

void require_settings(const HmcSettings& settings) {
  require(settings.leapfrogs >= 1, "HMC: {} leapfrog steps (expected at least 1).", settings.leapfrogs);
  require(settings.step_size > 0 && std::isfinite(settings.step_size),
          "HMC: the step size is {} (it must be positive and finite).", settings.step_size);
  require(settings.jitter >= 0 && settings.jitter < 1, "HMC: a jitter of {} (expected 0 <= jitter < 1).",
          settings.jitter);
}

/// H = U + p' M^-1 p / 2 of each chain, (B) float64.
Tensor hamiltonian(const Tensor& value, const Tensor& momentum, const Tensor& inverse_mass) {
  Tensor kinetic = momentum.square();
  if (inverse_mass.defined()) kinetic = kinetic * inverse_mass;
  return value.to(at::kDouble) + sum_per_datum(kinetic.to(at::kDouble)) * 0.5;
}

}  // namespace

HmcProposal propose_hmc(const Potential& potential, const Tensor& x, const ValueAndGradient& at,
                        const HmcSettings& settings, const RandomRows& rows, uint32_t step) {
  require_settings(settings);
  const Shape datum_shape = datum_shape_of(x);
  const at::TensorOptions options = x.options();
  const Tensor uniform = rows.with(Stream::metropolis).uniform(step, {2}, at::kDouble);  // (B, 2): test, jitter
  Tensor step_sizes = ((uniform.select(1, 1) * 2 - 1) * settings.jitter + 1).mul_(settings.step_size);
  if (settings.scale.defined()) step_sizes = step_sizes * settings.scale.to(step_sizes.options());
  const Tensor eps = per_datum(step_sizes.to(options), x);
  Tensor momentum = rows.with(Stream::momentum).normal(step, datum_shape, x.scalar_type()).to(x.device());
  Tensor inverse_mass;
  if (settings.mass.defined()) {
    const Tensor mass = settings.mass.to(options).expand(datum_shape);
    momentum = momentum * mass.sqrt();
    inverse_mass = mass.reciprocal();
  }
  const Tensor before = hamiltonian(at.value, momentum, inverse_mass);
  const Tensor drift = inverse_mass.defined() ? eps * inverse_mass : eps;

  HmcProposal proposal{x.clone(), at, {}, {}};
  momentum = momentum - eps * at.gradient * 0.5;
  for (int64_t leap = 0; leap < settings.leapfrogs; ++leap) {
    proposal.x.addcmul_(momentum, drift.expand_as(momentum));
    proposal.at = potential(proposal.x);
    const bool last = leap + 1 == settings.leapfrogs;
    if (last && settings.leapfrog == Leapfrog::without_closing_kick) break;
    momentum.addcmul_(proposal.at.gradient, eps.expand_as(momentum), last ? -0.5 : -1.0);
  }
  const Tensor gain = before - hamiltonian(proposal.at.value, momentum, inverse_mass);
  proposal.probability = at::where(gain.isfinite(), gain, at::full({}, -1e300, gain.options())).clamp_max_(0).exp_();
  proposal.accepted = uniform.select(1, 0).to(x.device()) < proposal.probability;
  return proposal;
}

}  // namespace mdsm
