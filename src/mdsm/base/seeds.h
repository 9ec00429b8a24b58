#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mdsm {

/// first, first + 1, ..., first + count - 1: a seed for each of `count` samples.
std::vector<uint64_t> consecutive_seeds(uint64_t first, int64_t count);

/// The seeds of a list such as "0-63", "5" or "1,4,8-10", in its order; a seed may stand there twice.
/// \throws Error if the text is no such list, a range falls, or it has more than a million seeds
std::vector<uint64_t> parse_seeds(const std::string& text);

}  // namespace mdsm
