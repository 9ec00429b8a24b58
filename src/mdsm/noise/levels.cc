#include "mdsm/noise/levels.h"

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"

namespace mdsm {
namespace {

void require_range(double min, double max, int64_t count, const char* who) {
  require(min > 0 && min <= max && std::isfinite(max),
          "{}: the noise levels run from {} to {} (expected 0 < smallest <= largest). "
          "Change noise.sigma_min or noise.sigma_max.",
          who, min, max);
  require(count >= 1, "{}: {} levels (expected at least 1).", who, count);
}

}  // namespace

Tensor linear_levels(double min, double max, int64_t count) {
  require_range(min, max, count, "linear_levels");
  return at::linspace(min, max, count, at::kDouble);
}

Tensor geometric_levels(double min, double max, int64_t count) {
  require_range(min, max, count, "geometric_levels");
  Tensor levels = at::linspace(std::log(min), std::log(max), count, at::kDouble).exp_();
  levels[0] = min;  // exactly, whatever exp(log(min)) rounds to
  if (count > 1) levels[count - 1] = max;
  return levels;
}

NoiseLevels::NoiseLevels(const NoiseOptions& options, int64_t batch, uint64_t seed)
    : sigma_min_(options.sigma_min), sigma_max_(options.sigma_max), batch_(batch), seed_(seed) {
  require_range(sigma_min_, sigma_max_, std::max<int64_t>(batch, 1), "noise");
  require(batch >= 1, "noise: a batch of {} (expected at least 1). Change train.batch.", batch);
  const int64_t count = options.count == 0 ? batch : options.count;
  if (options.levels == "linear") grid_ = linear_levels(sigma_min_, sigma_max_, count);
  if (options.levels == "geometric") grid_ = geometric_levels(sigma_min_, sigma_max_, count);
}

Tensor NoiseLevels::at_step(uint32_t step, int64_t first, int64_t count) const {
  require(first >= 0 && count >= 1 && first + count <= batch_, "noise: slots {}..{} of a batch of {}.", first,
          first + count, batch_);
  const Tensor slot = at::arange(first, first + count, at::kDouble);
  const Tensor u = RandomRows::slots(seed_, Stream::training_level, static_cast<uint32_t>(first), count)
                       .uniform(step, {1}, at::kDouble);
  const Tensor place = (slot + u.flatten()) / static_cast<double>(batch_);  // in [0, 1)
  if (!grid_.defined()) return (place * std::log(sigma_max_ / sigma_min_)).exp_().mul_(sigma_min_).to(at::kFloat);
  const int64_t levels = grid_.size(0);
  // With one level a slot the arithmetic below would be the identity but for rounding.
  const Tensor index = levels == batch_ ? slot.to(at::kLong)
                                        : (place * static_cast<double>(levels)).to(at::kLong).clamp_max_(levels - 1);
  return grid_.index_select(0, index).to(at::kFloat);
}

NoiseBands::NoiseBands(double sigma_min, double sigma_max, int64_t count)
    : log_min_(std::log(sigma_min)), log_max_(std::log(sigma_max)), count_(count) {
  require_range(sigma_min, sigma_max, count, "noise bands");
}

Tensor NoiseBands::of(const Tensor& sigma) const {
  const double width = std::max(log_max_ - log_min_, 1e-12) / static_cast<double>(count_);
  return ((sigma.to(at::kDouble).log() - log_min_) / width).floor_().to(at::kLong).clamp_(0, count_ - 1);
}

std::vector<double> NoiseBands::means(const Tensor& sigma, const Tensor& values) const {
  const Tensor band = of(sigma);
  const Tensor sums = at::zeros({count_}, at::kDouble).index_add_(0, band, values.to(at::kDouble));
  const Tensor counts = at::bincount(band, {}, count_).to(at::kDouble);
  const Tensor means = sums / counts;  // 0/0 is NaN: no datum, no mean
  return {means.data_ptr<double>(), means.data_ptr<double>() + count_};
}

std::vector<double> NoiseBands::limits() const {
  std::vector<double> limits;
  for (int64_t i = 0; i <= count_; ++i) {
    limits.push_back(std::exp(log_min_ + (log_max_ - log_min_) * static_cast<double>(i) / static_cast<double>(count_)));
  }
  return limits;
}

}  // namespace mdsm
