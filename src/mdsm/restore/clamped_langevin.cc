#include "mdsm/restore/clamped_langevin.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/restore/denoiser.h"
#include "mdsm/sample/langevin.h"
#include "mdsm/sample/temperature.h"

namespace mdsm {
namespace {

constexpr double kFirstTemperature = 100;

/// Gradient of T times -log p(y | x) for x with noise of size `level`: y - A x has variance sigma^2 + level^2 A A'.
Tensor likelihood_gradient(const Measurement& measurement, const Tensor& x, double level, double temperature) {
  const double noise = measurement.sigma() * measurement.sigma();
  return measurement.a().filter(x - measurement.projected(), [&](const Tensor& s) {
    return temperature * s.square() / (noise + level * level * s.square());
  });
}

}  // namespace

Tensor clamped_langevin_chain(const RestoreTask& task, const std::vector<double>& temperatures, double step_size,
                              Tensor x, const Watch& watch) {
  require(step_size > 0 && std::isfinite(step_size), "Langevin in-painting: the step size is {} (it must be positive).",
          step_size);
  require_temperatures(temperatures);
  const Shape shape = datum_shape_of(x);
  const RandomRows moves = task.rows.with(Stream::chain_step);
  const RandomRows clamps = task.rows.with(Stream::measurement);
  const auto draw = [&](const RandomRows& rows, size_t step) {
    return rows.normal(static_cast<uint32_t>(step), shape, x.scalar_type()).to(x.device());
  };
  Denoiser denoiser(task);
  for (size_t step = 0; step < temperatures.size(); ++step) {
    watch.update(static_cast<int64_t>(step), static_cast<int64_t>(temperatures.size()), "gradient");
    const double level = task.sigma0 * std::sqrt(temperatures[step]);
    const bool exact = task.measurement.sigma() == 0;
    if (exact) x = task.measurement.hold(x, level, draw(clamps, step));
    Tensor gradient = denoiser.gradient(x);
    if (!exact) gradient = gradient + likelihood_gradient(task.measurement, x, level, temperatures[step]);
    langevin_step(x, gradient, step_size, temperatures[step], draw(moves, step));
  }
  return x;
}

Restored restore_clamped_langevin(const RestoreTask& task, const RestoreOptions& options, const Watch& watch) {
  const int64_t steps = options.steps > 0 ? options.steps - 1 : LangevinSampler::kDefaultSteps;
  require(steps >= 1, "Langevin in-painting: {} steps (expected at least 2: one to move, one to denoise).",
          options.steps);
  const RandomRows start = task.rows.with(Stream::chain_start);
  const Tensor noise = start.normal(0, datum_shape_of(task.guess), task.guess.scalar_type()).to(task.guess.device());
  Tensor x = clamped_langevin_chain(task, three_stage_temperatures(kFirstTemperature, steps), options.step_size,
                                    noise + 0.5, watch);
  x = task.measurement.agree(x);
  return {task.measurement.agree(Denoiser(task)(x)), at::full({x.size(0)}, steps + 1, at::kLong)};
}

}  // namespace mdsm
