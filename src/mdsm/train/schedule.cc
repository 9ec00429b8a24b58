#include "mdsm/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mdsm {

double learning_rate_at(const TrainOptions& options, int64_t step, std::optional<double> elapsed) {
  const double peak = options.learning_rate;
  const bool warm = step >= options.warmup;
  const double warmth = warm ? 1 : static_cast<double>(step + 1) / static_cast<double>(options.warmup);
  if (options.schedule == "constant" || (!warm && !elapsed)) return peak * warmth;
  const auto span = static_cast<double>(std::max<int64_t>(options.steps - options.warmup - 1, 1));
  const double progress = std::clamp(elapsed.value_or(static_cast<double>(step - options.warmup) / span), 0.0, 1.0);
  const double final_rate = std::min(options.final_learning_rate, peak);
  return warmth * (final_rate + (peak - final_rate) * 0.5 * (1 + std::cos(std::numbers::pi * progress)));
}

double average_decay_at(const TrainOptions& options, int64_t step) {
  if (options.ema == 0) return 0;
  return std::min(options.ema, static_cast<double>(1 + step) / static_cast<double>(10 + step));
}

}  // namespace mdsm
