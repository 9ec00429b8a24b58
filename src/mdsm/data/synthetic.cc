#include "mdsm/data/synthetic.h"

#include "mdsm/base/named.h"
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
  if (!is_synthetic(name)) reject_name(name, synthetic_names(), "generated data set");
  if (name == kStrokes) return std::make_shared<StrokeSource>(split);
  return std::make_shared<PlaneSource>(std::string(name), synthetic_density(name), split);
}

}  // namespace mdsm
