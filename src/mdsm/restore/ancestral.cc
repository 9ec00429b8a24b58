#include "mdsm/restore/ancestral.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

constexpr int64_t kDefaultSteps = 50;

Tensor draw(const RandomRows& rows, int64_t step, const Tensor& like) {
  return rows.normal(static_cast<uint32_t>(step), datum_shape_of(like), like.scalar_type()).to(like.device());
}

Tensor levels_of_all(double level, const Tensor& like) { return at::full({like.size(0)}, level, like.options()); }

}  // namespace

std::vector<double> cubic_levels(double max, double min, int64_t count) {
  require(min > 0 && min <= max && std::isfinite(max) && count >= 1,
          "noise levels: {} from {} to {} (expected at least one, falling and positive).", count, max, min);
  if (count == 1) return {min};
  const double first = std::cbrt(max);
  const double step = (std::cbrt(min) - first) / static_cast<double>(count - 1);
  std::vector<double> levels;
  for (int64_t i = 0; i < count; ++i) levels.push_back(std::pow(first + step * static_cast<double>(i), 3));
  levels.front() = max;
  levels.back() = min;
  return levels;
}

Restored restore_ancestral(const RestoreTask& task, const RestoreOptions& options, const Watch& watch) {
  const int64_t most = options.steps > 0 ? options.steps : kDefaultSteps;
  require(options.repeats >= 1 && options.repeats <= most,
          "ancestral solver: {} repeats of {} steps in all (expected 1 to as many as there are steps).",
          options.repeats, most);
  const int64_t count = most / options.repeats;
  const std::vector<double> levels = cubic_levels(options.sigma_max, options.sigma_min, count);
  const int64_t gradients = count * options.repeats;
  const RandomRows noise = task.rows.with(Stream::chain_step);
  const Measurement& measurement = task.measurement;
  const Tensor first = draw(task.rows.with(Stream::chain_start), 0, task.guess);
  Tensor x = measurement.hold(task.guess + first * levels[0], levels_of_all(levels[0], task.guess), first);
  for (int64_t step = 0;; ++step) {
    watch.update(step, gradients, "gradient");
    const auto k = static_cast<size_t>(step / options.repeats);
    const double level = levels[k];
    const Tensor denoised = jump(task.energy, x, task.sigma0);
    if (step + 1 == gradients) {
      return {measurement.finish(x, denoised, levels_of_all(level, x)), at::full({x.size(0)}, gradients, at::kLong)};
    }
    const bool last_visit = (step + 1) % options.repeats == 0;
    // At the last level there is no next one to go to and come back from: what a step before it would have kept.
    const double next = k + 1 < levels.size() ? levels[k + 1] : level * level / levels[k > 0 ? k - 1 : 0];
    const double kept = (next / level) * (next / level);
    const double size = last_visit ? next * std::sqrt(1 - kept) : level * std::sqrt(1 - kept * kept);
    const Tensor z = draw(noise, step, x);
    x = measurement.hold(denoised + kept * (x - denoised) + size * z, levels_of_all(last_visit ? next : level, x), z);
  }
}

}  // namespace mdsm
