#pragma once

#include "mdsm/sample/sampler.h"

namespace mdsm {

/// How AdaptiveSampler steps.
struct AdaptiveSettings {
  double beta = 0.5;        ///< in [0, 1]: 1 adds no noise; the smaller, the more is renewed
  double first_step = 0.1;  ///< h0 in (0, 1]: the part of the residual that the first step removes
  double sigma_end = 0.1;   ///< sigma_L: a chain stops when its residual implies no more noise than this
  int64_t most_steps = 200;
};

/// Coarse to fine with the noise level that the denoiser itself implies, sigma_t = ||D(x) - x|| / sqrt(d):
///     x <- x + h_t (D(x) - x) + gamma_t n,    h_t = h0 t / (1 + h0 (t - 1)),   t = 1, 2, ...
///     gamma_t^2 = ((1 - beta h_t)^2 - (1 - h_t)^2) sigma_t^2,
/// so that the noise falls by the factor 1 - beta h_t a step. There is no schedule: each chain stops by itself, at
/// sigma_t <= sigma_L, and no gradient is spent on it any more. One gradient a step; the one that finds the chain at
/// its end counts. Source: Kadkhodaie and Simoncelli 2021, arXiv:2007.13640, algorithm 1 (there beta = h0 = 0.01).
class AdaptiveSampler final : public Sampler {
 public:
  AdaptiveSampler(const AdaptiveSettings& settings, ChainEnds ends);

 private:
  Outcome advance(const Energy& energy, Tensor& x, const RandomRows& noise, Observer* observer) const override;
  int64_t step_gradients() const override { return settings_.most_steps; }

  AdaptiveSettings settings_;
};

}  // namespace mdsm
