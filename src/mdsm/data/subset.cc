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
  if (size == Source::kEndless || count == size) return index_range(0, count);
  std::vector<int64_t> places = permutation({.seed = seed, .stream = Stream::shuffle}, size);
  places.resize(static_cast<size_t>(count));
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace mdsm
