#include "mdsm/evaluate/evaluations/given_features.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/data/subset.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/npy_header.h"

namespace mdsm {

bool is_statistics(const std::string& path) {
  if (!path.ends_with(".npz") || !std::filesystem::is_regular_file(path)) return false;
  const std::vector<std::string> names = npz_names(path);
  const auto has = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  return has("mu") && has("sigma");
}

bool is_features(const std::string& path) {
  if (!path.ends_with(".npy") || !std::filesystem::is_regular_file(path)) return false;
  const InputFile file(path);
  std::string start(static_cast<size_t>(std::min(file.size(), kNpyHeaderLimit)), '\0');
  file.read(0, start.data(), static_cast<int64_t>(start.size()));
  return parse_npy_header(start, path).shape.size() == 2;
}

Tensor read_feature_rows(const std::string& path, int64_t count, uint64_t seed) {
  const Tensor features = read_npy(path);
  require(features.is_floating_point() && features.size(0) >= 1 && at::isfinite(features).all().item<bool>(),
          "{}: features must be finite numbers in floating point, one row a datum; here are {} of {}.", path,
          to_text(features.sizes()), toString(features.scalar_type()));
  require(count <= features.size(0), "{}: {} rows asked for (there are {}). Ask for fewer.", path, count,
          features.size(0));
  if (count == 0) return features;
  return features.index_select(0, at::tensor(subset_of(features.size(0), count, seed), at::kLong));
}

}  // namespace mdsm
