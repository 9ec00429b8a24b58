#include "mdsm/evaluate/measured_set.h"

#include "mdsm/base/error.h"
#include "mdsm/base/image_grid.h"
#include "mdsm/data/known.h"

namespace mdsm {

MeasuredSet measured_source(std::shared_ptr<const Source> source, int64_t count) {
  const int64_t size = source->size();
  const bool endless = size == Source::kEndless;
  require(!endless || count > 0, "{}: these data never end. Say how many with --n.", source->info().name);
  require(count <= size, "{}: {} data asked for (there are {}). Lower --n.", source->info().name, count, size);
  MeasuredSet set;
  set.count = count > 0 ? count : size;
  set.datum_shape = source->info().datum_shape;
  set.description = fmt::format("{}/{}", source->info().name, to_text(source->info().split));
  set.identity = fmt::format("{} of {} of {}, shape {}", set.count, endless ? "endless" : std::to_string(size),
                             set.description, to_text(set.datum_shape));
  set.read = [source, endless, size, total = set.count](int64_t first, int64_t part) {
    std::vector<int64_t> indices;
    for (int64_t i = first; i < first + part; ++i) {
      indices.push_back(endless || total == size ? i : i * size / total);
    }
    return to_uint8(source->read(indices));
  };
  return set;
}

}  // namespace mdsm
