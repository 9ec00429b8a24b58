#include "mdsm/config/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mdsm {
namespace {

/// The largest integer that options may have unless they say otherwise: sums of two do not overflow, and float64 has it.
constexpr double kLargestInteger = 0x1p53;

/// The same of numbers, and of their size: float32 has their squares.
constexpr double kLargestNumber = 1e18;

/// Whole numbers with all their digits, others in the shortest way.
std::string number_text(double value) {
  const bool whole = std::abs(value) < 0x1p63 && value == std::floor(value);
  return whole ? fmt::format("{}", static_cast<int64_t>(value)) : fmt::format("{}", value);
}

}  // namespace

bool within(const Limits& limits, double value) {
  const bool high_enough = limits.open_min ? value > limits.min : value >= limits.min;
  return std::isfinite(value) && high_enough && value <= limits.max;
}

bool within(const Limits& limits, const std::string& value) {
  const std::vector<std::string>& choices = limits.choices;
  return choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
}

Limits limits_for(Limits limits, int64_t value) {
  if (static_cast<double>(value) > kLargestInteger && std::isinf(limits.max)) limits.max = kLargestInteger;
  return limits;
}

Limits limits_for(Limits limits, double value) {
  if (value > kLargestNumber && std::isinf(limits.max)) limits.max = kLargestNumber;
  if (value < -kLargestNumber && std::isinf(limits.min)) limits.min = -kLargestNumber;
  return limits;
}

std::string to_text(const Limits& limits) {
  if (!limits.choices.empty()) return fmt::format("one of: {}", fmt::join(limits.choices, ", "));
  const bool least = !std::isinf(limits.min);
  if (std::isinf(limits.max)) {
    return least ? fmt::format("{} {}", limits.open_min ? "above" : "at least", number_text(limits.min)) : "";
  }
  if (!least) return fmt::format("at most {}", number_text(limits.max));
  return limits.open_min ? fmt::format("above {} and at most {}", number_text(limits.min), number_text(limits.max))
                         : fmt::format("from {} to {}", number_text(limits.min), number_text(limits.max));
}

}  // namespace mdsm
