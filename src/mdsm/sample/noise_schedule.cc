#include "mdsm/sample/noise_schedule.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/sample/options.h"

namespace mdsm {
namespace {

void require_range(double max, double min, int64_t count) {
  require(count >= 1, "noise schedule: {} levels (expected at least 1). Change sample.steps.", count);
  require(min > 0 && min <= max && std::isfinite(max),
          "noise schedule: from {} down to {} (both must be positive and finite, the first at least the second). "
          "Change sample.sigma_max or sample.sigma_min.",
          max, min);
}

/// max, then inverse(...) of equal steps between forward(max) and forward(min), then min.
template <class Forward, class Inverse>
std::vector<double> spaced(double max, double min, int64_t count, Forward forward, Inverse inverse) {
  std::vector<double> levels;
  for (int64_t i = 0; i < count; ++i) {
    const double part = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0;
    const double level = inverse(forward(max) + part * (forward(min) - forward(max)));
    levels.push_back(std::clamp(level, min, levels.empty() ? max : levels.back()));  // rounding must not raise one
  }
  if (count > 1) levels.back() = min;
  levels.front() = max;
  return levels;
}

struct NamedNoise {
  std::string name;
  std::vector<double> (*build)(const NoiseRange& range, double rho, int64_t count);
};

const std::vector<NamedNoise>& schedules() {
  static const std::vector<NamedNoise> table{
      {"rho", [](const NoiseRange& r, double rho, int64_t n) { return rho_noise(r.max, r.min, rho, n); }},
      {"geometric", [](const NoiseRange& r, double, int64_t n) { return geometric_noise(r.max, r.min, n); }},
      {"linear", [](const NoiseRange& r, double, int64_t n) { return rho_noise(r.max, r.min, 1, n); }},
  };
  return table;
}

}  // namespace

std::vector<double> rho_noise(double max, double min, double rho, int64_t count) {
  require_range(max, min, count);
  require(rho > 0 && std::isfinite(rho), "noise schedule: rho is {} (it must be positive). Change sample.rho.", rho);
  return spaced(
      max, min, count, [rho](double s) { return std::pow(s, 1 / rho); }, [rho](double s) { return std::pow(s, rho); });
}

std::vector<double> geometric_noise(double max, double min, int64_t count) {
  require_range(max, min, count);
  return spaced(
      max, min, count, [](double s) { return std::log(s); }, [](double s) { return std::exp(s); });
}

std::vector<std::string> noise_schedule_names() { return names_of(schedules()); }

NoiseRange sampling_range(const SampleOptions& options, const SampleContext& context) {
  const NoiseRange range{options.sigma_max > 0 ? options.sigma_max : context.sigma_max,
                         options.sigma_min > 0 ? options.sigma_min : context.sigma_min};
  require(range.max > 0 && range.min > 0,
          "sampling: the range of the noise is not known (sample.sigma_max and sample.sigma_min are 0: those of the "
          "training, of which nothing is known here). Set both.");
  require_range(range.max, range.min, 1);
  return range;
}

std::vector<double> build_noise_levels(const SampleOptions& options, const SampleContext& context, int64_t count) {
  return find_named(schedules(), options.noise_schedule, "sample.noise_schedule")
      .build(sampling_range(options, context), options.rho, count);
}

NoiseStep noise_step(const Tensor& from, double to, double eta) {
  const Tensor ratio = (to / from).clamp_max(1);  // of a chain without noise: 0 / 0 is handled by the next line
  const Tensor part = at::where(from > 0, ratio, at::ones_like(ratio));
  const Tensor fresh = ((1 - part.square()).sqrt() * (eta * to)).clamp_max(to);
  const Tensor keep = at::where(part < 1, (to * to - fresh.square()).clamp_min(0).sqrt() / from, at::ones_like(part));
  return {keep, fresh};
}

Tensor believed_noise(NoiseSource source, double scheduled, const Tensor& residual) {
  if (source == NoiseSource::schedule) return at::scalar_tensor(scheduled, at::kDouble);
  const auto elements = static_cast<double>(element_count(datum_shape_of(residual)));
  return sum_per_datum(residual.to(at::kDouble).square()).div_(elements).sqrt_();
}

Tensor scaled_like(const Tensor& values, const Tensor& x) {
  const Tensor typed = values.to(x.options());
  return typed.dim() == 0 ? typed : per_datum(typed, x);
}

}  // namespace mdsm
