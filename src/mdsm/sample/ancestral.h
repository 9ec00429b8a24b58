#pragma once

#include <vector>

#include "mdsm/sample/noise_schedule.h"
#include "mdsm/sample/sampler.h"

namespace mdsm {

/// Coarse to fine with part of the noise renewed at every level:
///     x <- D(x) + (sqrt(sigma'^2 - f^2)/sigma)(x - D(x)) + f n,   f = min(1, eta sqrt(1 - (sigma'/sigma)^2)) sigma'.
///
/// eta = 1 renews as much as the posterior q(x_sigma' | x_sigma, datum) leaves open. eta = 0 draws no noise and is the
/// sampler `deterministic`: x <- D(x) + (sigma'/sigma)(x - D(x)), Euler's method for dx/d(log sigma) = x - D(x), the
/// flow that takes noise out and keeps densities (order 1, docs/derivations/samplers.md, (3)). One gradient a level but
/// the last, which the jump takes over.
/// Source: Ho, Jain, Abbeel 2020, arXiv:2006.11239; eta: Song, Meng, Ermon 2020, arXiv:2010.02502, equation 16; here in
/// the variance-exploding form and with a blind denoiser (docs/derivations/samplers.md, (5)); the flow: Karras et al.
/// 2022, arXiv:2206.00364, equation 4.
class AncestralSampler final : public Sampler {
 public:
  /// \param levels  largest first: a step leads from each to the next
  /// \param eta     in [0, 2]
  AncestralSampler(std::vector<double> levels, double eta, NoiseSource source, ChainEnds ends);

 private:
  Outcome advance(const Energy& energy, Tensor& x, const RandomRows& noise, Observer* observer) const override;
  int64_t step_gradients() const override { return static_cast<int64_t>(levels_.size()) - 1; }

  std::vector<double> levels_;
  double eta_;
  NoiseSource source_;
};

}  // namespace mdsm
