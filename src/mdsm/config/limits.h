#pragma once

#include <cstdint>
#include <string>

#include "mdsm/base/options.h"

namespace mdsm {

/// Whether a number is one that the option may take: never one that is not finite.
bool within(const Limits& limits, double value);
/// Whether a name is one that the option may take: any, where there are no choices.
bool within(const Limits& limits, const std::string& value);

/// The limits by which `value` is judged: where an option has none of its own, integers with which sums would overflow are
/// too large, and numbers whose squares float32 does not have (or infinite ones).
Limits limits_for(Limits limits, int64_t value);
Limits limits_for(Limits limits, double value);

/// The limits in words: "at least 1", "above 0", "from 0 to 1", "one of: a, b"; empty where there are none.
std::string to_text(const Limits& limits);

}  // namespace mdsm
