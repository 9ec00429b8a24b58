#include "mdsm/evaluate/measured_set.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/known.h"
#include "mdsm/formats/image_grid.h"

namespace mdsm {

MeasuredSet measured_source(std::shared_ptr<const Source> source, int64_t count, uint64_t seed) {
  const int64_t size = source->size();
  const bool endless = size == Source::kEndless;
  require(!endless || count > 0, "{}: these data never end. Say how many with --n.", source->info().name);
  require(count <= size, "{}: {} data asked for (there are {}). Lower --n.", source->info().name, count, size);
  MeasuredSet set;
  set.count = count > 0 ? count : size;
  set.datum_shape = source->info().datum_shape;
  set.description = fmt::format("{}/{}", source->info().name, to_text(source->info().split));
  const bool all = endless || set.count == size;
  set.identity = all ? fmt::format("{} of {}, shape {}", set.count, set.description, to_text(set.datum_shape))
                     : fmt::format("{} of {} of {} by seed {}, shape {}", set.count, size, set.description, seed,
                                   to_text(set.datum_shape));
  std::vector<int64_t> chosen;
  if (!all) {
    chosen = permutation({.seed = seed, .stream = Stream::shuffle}, size);
    chosen.resize(static_cast<size_t>(set.count));
    std::sort(chosen.begin(), chosen.end());
  }
  set.read = [source, chosen](int64_t first, int64_t part) {
    if (chosen.empty()) return to_uint8(source->read(index_range(first, part)));
    return to_uint8(source->read(std::span(chosen).subspan(static_cast<size_t>(first), static_cast<size_t>(part))));
  };
  return set;
}

}  // namespace mdsm
