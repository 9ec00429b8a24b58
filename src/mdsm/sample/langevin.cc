#include "mdsm/sample/langevin.h"

#include <cmath>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/sample/temperature.h"

namespace mdsm {

void langevin_step(Tensor& x, const Tensor& gradient, double step_size, double temperature, const Tensor& noise) {
  // Products first: LibTorch's fused sum rounds once where it is vectorised and twice at the edge of a batch.
  x.add_(gradient * (-0.5 * step_size * step_size));
  if (temperature > 0) x.add_(noise * (step_size * std::sqrt(temperature)));
}

LangevinSampler::LangevinSampler(std::vector<double> temperatures, double step_size, ChainEnds ends)
    : Sampler(std::move(ends)), temperatures_(std::move(temperatures)), step_size_(step_size) {
  require_temperatures(temperatures_);
  require(step_size > 0 && std::isfinite(step_size),
          "Langevin sampler: the step size is {} (it must be positive and finite). Change sample.step_size.",
          step_size);
}

Sampler::Outcome LangevinSampler::advance(const Energy& energy, Tensor& x, const RandomRows& noise,
                                          Observer* observer) const {
  const Shape datum_shape = datum_shape_of(x);
  const auto steps = static_cast<int64_t>(temperatures_.size());
  for (int64_t step = 0; step < steps; ++step) {
    const double temperature = temperatures_[static_cast<size_t>(step)];
    const std::optional<Tensor> gradient = observed_gradient(energy, x, step, steps, temperature, observer);
    if (!gradient) return Outcome::stopped;
    Tensor fresh;
    if (temperature > 0) {
      fresh = noise.normal(static_cast<uint32_t>(step), datum_shape, x.scalar_type()).to(x.device());
    }
    langevin_step(x, *gradient, step_size_, temperature, fresh);
  }
  return Outcome::finished;
}

}  // namespace mdsm
