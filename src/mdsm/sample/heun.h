#pragma once

#include <vector>

#include "mdsm/sample/noise_schedule.h"
#include "mdsm/sample/sampler.h"

namespace mdsm {

/// Coarse to fine without fresh noise, by Heun's method: with slopes s(x, sigma) = (x - D(x)) / sigma,
///     y = x + (sigma' - sigma) s(x, sigma),   x <- x + (sigma' - sigma)(s(x, sigma) + s(y, sigma')) / 2.
///
/// Order 2, two gradients a level (docs/derivations/samplers.md, (4)). Where gradients are left over by one, the last
/// step is of first order; the last level is taken over by the jump.
/// Source: Karras et al. 2022, arXiv:2206.00364, algorithm 1 without churn; here the denoiser is blind.
class HeunSampler final : public Sampler {
 public:
  /// Levels that `gradients` gradients lead through: two each, the last step one where their number is odd.
  static int64_t level_count(int64_t gradients) { return (gradients + 1) / 2 + 1; }

  /// \param levels     level_count(gradients) levels, largest first
  /// \param gradients  at least 0
  HeunSampler(std::vector<double> levels, int64_t gradients, NoiseSource source, ChainEnds ends);

 private:
  Outcome advance(const Energy& energy, Tensor& x, const RandomRows& noise, Observer* observer) const override;
  int64_t step_gradients() const override { return gradients_; }

  std::vector<double> levels_;
  int64_t gradients_;
  NoiseSource source_;
};

}  // namespace mdsm
