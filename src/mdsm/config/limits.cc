#include "mdsm/config/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mdsm {

bool within(const Limits& limits, double value) {
  const bool high_enough = limits.open_min ? value > limits.min : value >= limits.min;
  return high_enough && value <= limits.max;
}

bool within(const Limits& limits, const std::string& value) {
  const std::vector<std::string>& choices = limits.choices;
  return choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
}

std::string to_text(const Limits& limits) {
  if (!limits.choices.empty()) return fmt::format("one of: {}", fmt::join(limits.choices, ", "));
  if (!std::isinf(limits.max)) return fmt::format("from {} to {}", limits.min, limits.max);
  if (std::isinf(limits.min)) return "";
  return fmt::format("{} {}", limits.open_min ? "above" : "at least", limits.min);
}

}  // namespace mdsm
