#include "mdsm/base/seeds.h"

#include <numeric>
#include <sstream>

#include "mdsm/base/error.h"
#include "mdsm/base/shown.h"

namespace mdsm {
namespace {

constexpr uint64_t kMostSeeds = 1'000'000;
constexpr size_t kMostDigits = 19;  // any such number fits 64 bits

uint64_t parse_seed(const std::string& text, const std::string& whole) {
  const bool digits =
      !text.empty() && text.size() <= kMostDigits && text.find_first_not_of("0123456789") == std::string::npos;
  require(digits, "seeds {}: '{}' is not a seed. Write for instance 0-63 or 1,4,8-10.", shown(whole), shown(text));
  return std::stoull(text);
}

}  // namespace

std::vector<uint64_t> consecutive_seeds(uint64_t first, int64_t count) {
  std::vector<uint64_t> seeds(static_cast<size_t>(count));
  std::iota(seeds.begin(), seeds.end(), first);
  return seeds;
}

std::vector<uint64_t> parse_seeds(const std::string& text) {
  std::vector<uint64_t> seeds;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const size_t dash = part.find('-');
    const uint64_t first = parse_seed(part.substr(0, dash), text);
    const uint64_t last = dash == std::string::npos ? first : parse_seed(part.substr(dash + 1), text);
    require(first <= last, "seeds {}: the range {} falls. Write the smaller seed first.", shown(text), part);
    require(last - first < kMostSeeds - seeds.size(), "seeds {}: more than {} (at {}). Draw them in several calls.",
            shown(text), kMostSeeds, part);
    for (uint64_t seed = first; seed <= last; ++seed) seeds.push_back(seed);
  }
  require(!seeds.empty(), "seeds: the list is empty. Write for instance 0-63.");
  return seeds;
}

}  // namespace mdsm
