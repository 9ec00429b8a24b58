#include "mdsm/restore/ancestral.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/restore/guide.h"

namespace mdsm {
namespace {

constexpr int64_t kDefaultSteps = 50;

Tensor draw(const RandomRows& rows, int64_t step, const Tensor& like) {
  return rows.normal(static_cast<uint32_t>(step), datum_shape_of(like), like.scalar_type()).to(like.device());
}

/// Whether y is the image plus noise of the first level, so that it is the first iterate and no guide is needed.
bool begins_at_measurement(const Measurement& measurement, const RestoreOptions& options) {
  return measurement.a().name() == "identity" && measurement.sigma() > 0 && options.sigma_max <= measurement.sigma();
}

/// The levels to visit, each `repeats` times, and what a visit costs.
struct Visits {
  std::vector<double> levels;
  int64_t repeats;
  int64_t cost;  ///< gradients a visit

  int64_t count() const { return static_cast<int64_t>(levels.size()) * repeats; }
};

Visits visits_of(const RestoreOptions& options, bool guided) {
  const int64_t most = options.steps > 0 ? options.steps : kDefaultSteps;
  require(options.guide_steps >= 1, "ancestral solver: {} guide steps (expected at least 1).", options.guide_steps);
  const int64_t cost = guided ? 1 + options.guide_steps : 1;
  require(options.repeats >= 1, "ancestral solver: {} repeats (expected at least 1).", options.repeats);
  require(cost <= most, "ancestral solver: {} steps (a level takes {} gradients). Raise restore.steps.", most, cost);
  // Without a guide a level visited again would forget y.
  const int64_t repeats = guided ? std::min(options.repeats, most / cost) : 1;
  Visits visits{cubic_levels(options.sigma_max, options.sigma_min, most / cost / repeats), repeats, cost};
  // One level alone is one estimate: nothing is gained by going back up to it.
  if (visits.levels.size() == 1) visits.repeats = 1;
  return visits;
}

/// The next iterate at level `next`, the noise up to `level` put back where it is visited again.
Tensor moved(const Tensor& x, const Tensor& mean, double level, double next, bool again, const Tensor& noise) {
  const double kept = (next / level) * (next / level);
  const Tensor removed = sum_per_datum((x - mean).square()) / static_cast<double>(element_count(datum_shape_of(x)));
  const Tensor spread = (level * level - removed).clamp_min(0) * ((1 - kept) * (1 - kept));
  const double fresh = next * next * (1 - kept) + (again ? level * level - next * next : 0);
  return mean + kept * (x - mean) + per_datum((spread + fresh).sqrt(), x) * noise;
}

}  // namespace

std::vector<double> cubic_levels(double max, double min, int64_t count) {
  require(min > 0 && min <= max && std::isfinite(max) && count >= 1,
          "noise levels: {} from {} to {} (expected at least one, falling and positive).", count, max, min);
  if (count == 1 || min == max) return {min};  // equal levels are one
  const double first = std::cbrt(max);
  const double step = (std::cbrt(min) - first) / static_cast<double>(count - 1);
  std::vector<double> levels;
  for (int64_t i = 0; i < count; ++i) {
    const double level = std::pow(first + step * static_cast<double>(i), 3);
    levels.push_back(std::clamp(level, min, levels.empty() ? max : levels.back()));  // rounding must not raise one
  }
  levels.front() = max;
  levels.back() = min;
  return levels;
}

Restored restore_ancestral(const RestoreTask& task, const RestoreOptions& options, const Watch& watch) {
  const Measurement& measurement = task.measurement;
  const bool guided = !begins_at_measurement(measurement, options);
  const Visits visits = visits_of(options, guided);
  const std::vector<double>& levels = visits.levels;
  const RandomRows noise = task.rows.with(Stream::chain_step);
  Denoiser denoiser(task);
  const Tensor first = draw(task.rows.with(Stream::chain_start), 0, task.guess);
  Tensor x = task.guess + first * levels[0];
  if (!guided) x = measurement.hold(x, levels[0], first);
  for (int64_t visit = 0;; ++visit) {
    watch.update(visit * visits.cost, visits.count() * visits.cost, "gradient");
    const auto k = static_cast<size_t>(visit / visits.repeats);
    const double level = levels[k];
    Tensor mean = denoiser(x);
    const Tensor all = at::full({x.size(0)}, level, x.options());
    if (guided) mean = guided_mean(denoiser, measurement, {x, mean, all}, options.guide_steps);
    if (visit + 1 == visits.count()) {
      return {measurement.agree(mean), at::full({x.size(0)}, visits.count() * visits.cost, at::kLong)};
    }
    const bool again = (visit + 1) % visits.repeats != 0;
    // At the last level there is no next one to go to and come back from: what a step before it would have kept.
    const double next = k + 1 < levels.size() ? levels[k + 1] : level * level / levels[k > 0 ? k - 1 : 0];
    x = moved(x, mean, level, next, again, draw(noise, visit, x));
  }
}

}  // namespace mdsm
