#include "soak/random_options.h"

#include <algorithm>
#include <cmath>

#include "mdsm/config/limits.h"

namespace mdsm::soak {
namespace {

constexpr double kSmallest = 1e-3, kLargest = 1e3;  // of numbers whose limits are wider
constexpr double kChanged = 1.0 / 3;
constexpr int64_t kWholeNumbers = 7;  // beyond the least

std::pair<double, double> range_of(const OptionEntry& entry, const Ranges& ranges) {
  const auto found = ranges.find(entry.full_name());
  if (found != ranges.end()) return found->second;
  return {std::max(entry.limits.min, -kLargest), std::min(entry.limits.max, kLargest)};
}

/// A number of any size within a range; its lower end now and then.
double number(const OptionEntry& entry, const Ranges& ranges, Chance& chance) {
  const auto [low, high] = range_of(entry, ranges);
  if (low == high || (!entry.limits.open_min && chance.coin(0.1))) return low;
  if (low < 0 || high <= 1) return low + (high - low) * std::max(chance.uniform(), 0x1p-20);
  const double from = std::max(low, kSmallest);
  return from * std::pow(high / from, chance.uniform());
}

int64_t whole_number(const OptionEntry& entry, const Ranges& ranges, Chance& chance) {
  const auto low = static_cast<int64_t>(range_of(entry, ranges).first);
  const auto high = static_cast<int64_t>(range_of(entry, ranges).second);
  return chance.integer(low, ranges.contains(entry.full_name()) ? high : std::min(high, low + kWholeNumbers));
}

/// The value that the option gets; what it has where it is left alone.
OptionValue value_for(const OptionEntry& entry, const Ranges& ranges, Chance& chance) {
  const OptionValue old = entry.value();
  if (std::holds_alternative<int64_t>(old)) return whole_number(entry, ranges, chance);
  if (!chance.coin(kChanged)) return old;
  if (std::holds_alternative<bool>(old)) return chance.coin(0.5);
  if (std::holds_alternative<double>(old)) return number(entry, ranges, chance);
  if (std::holds_alternative<std::string>(old))
    return entry.limits.choices.empty() ? old : OptionValue(chance.one_of(entry.limits.choices));
  const int64_t count = chance.integer(1, 3);
  if (std::holds_alternative<std::vector<int64_t>>(old)) {
    std::vector<int64_t> list;
    for (int64_t i = 0; i < count; ++i) list.push_back(chance.integer(1, 3));
    return list;
  }
  if (std::holds_alternative<std::vector<double>>(old)) {
    std::vector<double> list;
    for (int64_t i = 0; i < count; ++i) list.push_back(number(entry, ranges, chance));
    return list;
  }
  return old;
}

}  // namespace

void shake(const OptionList& options, const Ranges& ranges, Chance& chance) {
  for (const OptionEntry& entry : options.entries()) entry.assign(value_for(entry, ranges, chance), entry.full_name());
}

}  // namespace mdsm::soak
