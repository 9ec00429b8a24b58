#include "mdsm/data/synthetic.h"

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/data/synthetic/plane_source.h"
#include "mdsm/data/synthetic/strokes.h"

namespace mdsm {
namespace {

constexpr const char* kStrokes = "strokes";

}  // namespace

std::vector<std::string> synthetic_names() {
  std::vector<std::string> names = synthetic_density_names();
  names.emplace_back(kStrokes);
  return names;
}

bool is_synthetic(std::string_view name) {
  const std::vector<std::string> names = synthetic_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::shared_ptr<const Source> synthetic_source(std::string_view name, Split split) {
  require(is_synthetic(name), "data: no generated set '{}'.{} Choose one of {}.", name,
          did_you_mean(name, synthetic_names()), fmt::join(synthetic_names(), ", "));
  if (name == kStrokes) return std::make_shared<StrokeSource>(split);
  return std::make_shared<PlaneSource>(std::string(name), synthetic_density(name), split);
}

}  // namespace mdsm
