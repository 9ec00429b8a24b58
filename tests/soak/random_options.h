#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "mdsm/config/option_list.h"

namespace mdsm::soak {

/// Random choices that are the same for the same seed, whatever the standard library.
class Chance {
 public:
  explicit Chance(uint64_t seed) : engine_(seed) {}

  /// In [0, 1).
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  /// In low .. high, both included.
  int64_t integer(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(uniform() * static_cast<double>(high - low + 1));
  }
  bool coin(double probability) { return uniform() < probability; }
  template <class Value> const Value& one_of(const std::vector<Value>& values) {
    return values[static_cast<size_t>(integer(0, static_cast<int64_t>(values.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

/// Between which values an option is chosen, where its own limits allow more than a soak can afford: by "table.name".
using Ranges = std::map<std::string, std::pair<double, double>>;

/// Gives options of the list random values within their limits: whole numbers always (eight values from their least on,
/// unless `ranges` has them), others one time in three, but texts that are no names never.
void shake(const OptionList& options, const Ranges& ranges, Chance& chance);

}  // namespace mdsm::soak
