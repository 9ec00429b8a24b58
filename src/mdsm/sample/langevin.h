#pragma once

#include <vector>

#include "mdsm/sample/sampler.h"

namespace mdsm {

/// One step of Langevin dynamics at temperature T, in place:  x <- x - (eps^2/2) g + eps sqrt(T) n.
///
/// \param x         (B, ...), overwritten
/// \param gradient  g = grad E(x), like x
/// \param noise     n ~ N(0, I), like x; may be undefined where T = 0
void langevin_step(Tensor& x, const Tensor& gradient, double step_size, double temperature, const Tensor& noise);

/// Annealed Langevin dynamics without a Metropolis test: langevin_step at the temperatures of a schedule, one gradient
/// a step.
///
/// Its law at a constant temperature is exp(-E/T) up to O(eps^2); on a Gaussian of variance s^2 it is a Gaussian of
/// variance T s^2 / (1 - eps^2/(4 s^2)), and it diverges for eps >= 2 s (docs/derivations/langevin.md). All arithmetic
/// is on single elements: a chain depends on the batch only as far as the energy's gradient does.
/// Source: Li, Chen, Sommer 2019, arXiv:1910.07762, section 4.
class LangevinSampler final : public Sampler {
 public:
  /// Steps of the paper's schedule, the default.
  static constexpr int64_t kDefaultSteps = 2700;

  /// \param temperatures  T of every step, each finite and at least 0
  /// \param step_size     eps > 0, in units of the data; the paper's is 0.02 (0.015 to 0.05 work)
  LangevinSampler(std::vector<double> temperatures, double step_size, ChainEnds ends);

 private:
  Outcome advance(const Energy& energy, Tensor& x, const RandomRows& noise, Observer* observer) const override;
  int64_t step_gradients() const override { return static_cast<int64_t>(temperatures_.size()); }

  std::vector<double> temperatures_;
  double step_size_;
};

}  // namespace mdsm
