#include "mdsm/data/subset.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/data/index_range.h"

namespace mdsm {

std::vector<int64_t> subset_of(const Source& source, int64_t count, uint64_t seed) {
  const int64_t size = source.size();
  require(count >= 1, "{}: {} data asked for (expected at least 1).", source.info().name, count);
  require(count <= size, "{}: {} data asked for (there are {}). Ask for fewer.", source.info().name, count, size);
  return size == Source::kEndless ? index_range(0, count) : subset_of(size, count, seed);
}

std::vector<int64_t> subset_of(int64_t size, int64_t count, uint64_t seed) {
  if (count >= size) return index_range(0, size);
  std::vector<int64_t> places = permutation({.seed = seed, .stream = Stream::shuffle}, size);
  places.resize(static_cast<size_t>(count));
  std::sort(places.begin(), places.end());
  return places;
}

std::vector<int64_t> shuffled(const std::vector<int64_t>& places, uint64_t seed) {
  // Not the numbers that chose the places.
  const RandomKey key{.seed = seed, .stream = Stream::held_out_noise, .step = 1};
  std::vector<int64_t> out;
  for (const int64_t at : permutation(key, static_cast<int64_t>(places.size())))
    out.push_back(places[static_cast<size_t>(at)]);
  return out;
}

}  // namespace mdsm
