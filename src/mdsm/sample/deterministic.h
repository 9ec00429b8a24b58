#pragma once

#include <vector>

#include "mdsm/sample/noise_schedule.h"
#include "mdsm/sample/sampler.h"

namespace mdsm {

/// Coarse to fine without fresh noise:  x <- D(x) + (sigma'/sigma)(x - D(x)),  D(x) = x - sigma0^2 grad E(x).
///
/// Euler's method for dx/d(log sigma) = x - D(x), the flow that takes noise out and keeps densities (order 1,
/// docs/derivations/samplers.md, (3)). One gradient a level but the last, which the jump takes over.
/// Source: Karras et al. 2022, arXiv:2206.00364, equation 4; here the denoiser is blind.
class DeterministicSampler final : public Sampler {
 public:
  /// \param levels  largest first: a step leads from each to the next
  DeterministicSampler(std::vector<double> levels, NoiseSource source, ChainEnds ends);

 private:
  Outcome advance(const Energy& energy, Tensor& x, const RandomRows& noise, Observer* observer) const override;
  int64_t step_gradients() const override { return static_cast<int64_t>(levels_.size()) - 1; }

  std::vector<double> levels_;
  NoiseSource source_;
};

}  // namespace mdsm
