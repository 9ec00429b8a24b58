#include "mdsm/restore/kadkhodaie_simoncelli.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/restore/guide.h"

namespace mdsm {
namespace {

/// What options that are 0 stand for.
struct Standard {
  int64_t steps;
  double sigma_end;
  double h0;
  double beta;
};

constexpr Standard kPaper{1000, 0.01, 0.01, 0.01};

template <class Number> Number chosen(Number value, Number standard) { return value == 0 ? standard : value; }

/// Gradients of a step: with noise in the measurement one more.
int64_t step_cost(const RestoreTask& task) { return task.measurement.sigma() > 0 ? 2 : 1; }

/// d of the data `rows` at x: towards the measurement where it is exact and towards D elsewhere; with noise in it,
/// towards the mean given both.
Tensor direction(Denoiser& denoiser, const Measurement& measurement, const GuidedPoint& at) {
  if (measurement.sigma() > 0) return bounded_mean(denoiser, measurement, at) - at.x;
  return measurement.pull(at.x, at.denoised - at.x);
}

Tensor first_iterate(const RestoreTask& task) {
  const Measurement& measurement = task.measurement;
  const Tensor half = at::full_like(task.guess, 0.5);
  const Tensor noise = task.rows.with(Stream::chain_start).normal(0, datum_shape_of(half), half.scalar_type());
  return half - measurement.a().filter(half, [](const Tensor& s) { return (s > 0).to(s.scalar_type()); }) +
         measurement.projected() + noise.to(half.device());
}

Restored run(const RestoreTask& task, const RestoreOptions& options, const Standard& standard, const Watch& watch) {
  const double h0 = chosen(options.h0, standard.h0);
  const double beta = chosen(options.beta, standard.beta);
  const double sigma_end = chosen(options.sigma_end, standard.sigma_end);
  require(h0 > 0 && h0 <= 1 && beta > 0 && beta <= 1 && sigma_end > 0,
          "Kadkhodaie-Simoncelli solver: h0 = {}, beta = {}, sigma_end = {} (expected 0 < h0 <= 1, 0 < beta <= 1, "
          "sigma_end > 0).",
          h0, beta, sigma_end);
  const int64_t cost = step_cost(task);
  const int64_t most = chosen(options.steps, cost * standard.steps);
  Denoiser denoiser(task);
  Tensor x = first_iterate(task);
  const int64_t count = x.size(0);
  const Shape shape = datum_shape_of(x);
  const auto elements = static_cast<double>(element_count(shape));
  const RandomRows noise = task.rows.with(Stream::chain_step);
  Tensor level = at::ones({count}, x.options());
  Tensor gradients = at::zeros({count}, at::kLong);
  Tensor active = at::arange(count, at::kLong);
  for (int64_t t = 1; t * cost < most && active.size(0) > 0; ++t) {
    watch.update((t - 1) * cost, most, "gradient");
    const auto part = [&](const Tensor& whole) { return whole.index_select(0, active); };
    const Tensor at = part(x);
    const Tensor denoised = denoiser(at, active);
    const Tensor d = direction(denoiser, task.measurement.of(active), {at, denoised, part(level), active});
    const Tensor sigma = (sum_per_datum(d.square()) / elements).sqrt();
    const double h = h0 * static_cast<double>(t) / (1 + h0 * static_cast<double>(t - 1));
    const double gamma = std::sqrt(std::max(0.0, std::pow(1 - beta * h, 2) - std::pow(1 - h, 2)));
    const Tensor z = part(noise.normal(static_cast<uint32_t>(t), shape, x.scalar_type()).to(x.device()));
    x.index_copy_(0, active, at + h * d + gamma * per_datum(sigma, z) * z);
    level.index_copy_(0, active, sigma);
    gradients.index_add_(0, active, at::full_like(active, cost));
    active = active.masked_select(sigma >= sigma_end);
  }
  watch.update(most - 1, most, "gradient");
  Tensor mean = denoiser(x);
  if (task.measurement.sigma() > 0) mean = bounded_mean(denoiser, task.measurement, {x, mean, level});
  return {task.measurement.agree(mean), gradients + cost};
}

}  // namespace

Restored restore_kadkhodaie_simoncelli(const RestoreTask& task, const RestoreOptions& options, const Watch& watch) {
  return run(task, options, kPaper, watch);
}

Restored restore_fast(const RestoreTask& task, const RestoreOptions& options, const Watch& watch) {
  return run(task, options, {100, options.sigma_min / 2, 0.5, 0.03}, watch);
}

}  // namespace mdsm
