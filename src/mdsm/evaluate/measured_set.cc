#include "mdsm/evaluate/measured_set.h"

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/formats/image_grid.h"

namespace mdsm {

MeasuredSet measured_source(std::shared_ptr<const Source> source, int64_t count, uint64_t seed) {
  const int64_t size = source->size();
  const bool endless = size == Source::kEndless;
  require(!endless || count > 0, "{}: these data never end. Say how many with n.", source->info().name);
  MeasuredSet set;
  set.count = count > 0 ? count : size;
  set.datum_shape = source->info().datum_shape;
  set.description = name_of(*source);
  const bool all = endless || set.count == size;
  set.identity = all ? fmt::format("{} of {}, shape {}", set.count, set.description, to_text(set.datum_shape))
                     : fmt::format("{} of {} of {} by seed {}, shape {}", set.count, size, set.description, seed,
                                   to_text(set.datum_shape));
  const std::shared_ptr<const Source> chosen = subset_source(std::move(source), set.count, seed);
  set.read = [chosen](int64_t first, int64_t part) { return to_uint8(chosen->read(index_range(first, part))); };
  return set;
}

}  // namespace mdsm
