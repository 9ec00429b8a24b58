#include "mdsm/sample/hmc.h"

#include <cmath>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/sample/hmc_transition.h"
#include "mdsm/sample/temperature.h"

namespace mdsm {
namespace {

/// U = E/T, of which exp(-U) is kept.
ValueAndGradient tempered(const ValueAndGradient& at, double temperature) {
  return {at.value / temperature, at.gradient / temperature};
}

/// The kept state: the proposal's where it was accepted, else the old one with its own energy and gradient.
ValueAndGradient kept(const Tensor& accepted, const ValueAndGradient& proposal, const ValueAndGradient& before) {
  return {at::where(accepted, proposal.value, before.value),
          at::where(per_datum(accepted, before.gradient), proposal.gradient, before.gradient)};
}

}  // namespace

HmcSampler::HmcSampler(const std::vector<double>& temperatures, const HmcSamplerSettings& settings, ChainEnds ends)
    : Sampler(std::move(ends)), settings_(settings) {
  require_temperatures(temperatures);
  for (const double temperature : temperatures) {
    if (temperature > 0) temperatures_.push_back(temperature);
  }
  require(!temperatures_.empty(),
          "HMC: every temperature is 0 (Metropolis' test needs a positive one). Change sample.schedule.");
  require(settings.step_size > 0 && std::isfinite(settings.step_size),
          "HMC: the step size is {} (it must be positive and finite). Change sample.step_size.", settings.step_size);
  require(settings.leapfrogs >= 1, "HMC: {} leapfrog steps (expected at least 1). Change sample.leapfrogs.",
          settings.leapfrogs);
  require(settings.target_acceptance > 0 && settings.target_acceptance < 1,
          "HMC: a target acceptance of {} (expected between 0 and 1). Change sample.target_acceptance.",
          settings.target_acceptance);
  require(settings.warm_up >= 0, "HMC: a warm-up of {} transitions (expected at least 0). Change sample.warm_up.",
          settings.warm_up);
}

Sampler::Outcome HmcSampler::advance(const Energy& energy, Tensor& x, const RandomRows& noise,
                                     Observer* observer) const {
  const auto steps = static_cast<int64_t>(temperatures_.size());
  ValueAndGradient at = energy.value_and_gradient(x);
  at.value = at.value.to(at::kDouble);
  Tensor log_scale = at::zeros({x.size(0)}, at::kDouble);
  double accepted = 0;
  Tensor moved = at::zeros({x.size(0)}, x.options().dtype(at::kBool));
  for (int64_t step = 0; step < steps; ++step) {
    const double temperature = temperatures_[static_cast<size_t>(step)];
    if (observer != nullptr) {
      const auto spent = static_cast<double>(1 + settings_.leapfrogs * step);
      const ChainState state{step,     steps,       temperature, x,
                             at.value, at.gradient, spent,       accepted / static_cast<double>(step)};
      if (observer->observe(state) == Reply::stop) return Outcome::stopped;
    }
    HmcSettings move{.step_size = settings_.step_size * std::sqrt(temperature),
                     .leapfrogs = settings_.leapfrogs,
                     .jitter = settings_.jitter};
    move.scale = log_scale.exp();
    ValueAndGradient last;
    const auto potential = [&](const Tensor& y) {
      last = energy.value_and_gradient(y);
      last.value = last.value.to(at::kDouble);
      return tempered(last, temperature);
    };
    const HmcProposal proposal =
        propose_hmc(potential, x, tempered(at, temperature), move, noise, static_cast<uint32_t>(step));
    x.copy_(at::where(per_datum(proposal.accepted, x), proposal.x, x));
    at = kept(proposal.accepted, last, at);
    moved.logical_or_(proposal.accepted);
    accepted += proposal.accepted.to(at::kDouble).mean().item<double>();
    if (step < settings_.warm_up) {
      log_scale.add_(proposal.probability.to(at::kCPU) - settings_.target_acceptance,
                     std::pow(static_cast<double>(step + 1), -0.6));
    }
  }
  return {.gradients = static_cast<double>(step_gradients()),
          .acceptance = accepted / static_cast<double>(steps),
          .refused = moved.logical_not()};
}

}  // namespace mdsm
