#pragma once

#include <vector>

#include "mdsm/sample/sampler.h"

namespace mdsm {

/// How HmcSampler moves.
struct HmcSamplerSettings {
  double step_size = 0.02;         ///< eps, in units of the data
  int64_t leapfrogs = 10;          ///< of a transition; 1: the Metropolis-adjusted Langevin algorithm
  double jitter = 0.2;             ///< see HmcSettings
  int64_t warm_up = 0;             ///< transitions over which each chain adapts its step size; frozen afterwards
  double target_acceptance = 0.8;  ///< of the adaptation
};

/// Hamiltonian Monte Carlo with Metropolis tests at the temperatures of a schedule: each transition leaves exp(-E/T)
/// unchanged, whatever the step size (docs/derivations/samplers.md, section 4).
///
/// eps means what it does to LangevinSampler: one leapfrog step proposes x - (eps^2/2) grad E + eps sqrt(T) n (MALA,
/// Roberts and Tweedie 1996). Costs a gradient at the start and `leapfrogs` a transition. A step at T = 0 has no
/// Metropolis test and is left out. In the warm-up, whose draws are not the target's, log(eps) of a chain moves by
/// (p - target) t^-0.6 after its t-th transition of acceptance probability p (Robbins and Monro 1951; Andrieu and Thoms
/// 2008, algorithm 4); a chain depends on nothing but its own seed.
/// Source: Neal 2011, arXiv:1206.1901.
class HmcSampler final : public Sampler {
 public:
  HmcSampler(const std::vector<double>& temperatures, const HmcSamplerSettings& settings, ChainEnds ends);

 private:
  Outcome advance(const Energy& energy, Tensor& x, const RandomRows& noise, Observer* observer) const override;
  int64_t step_gradients() const override {
    return 1 + settings_.leapfrogs * static_cast<int64_t>(temperatures_.size());
  }

  std::vector<double> temperatures_;  // the positive ones
  HmcSamplerSettings settings_;
};

}  // namespace mdsm
