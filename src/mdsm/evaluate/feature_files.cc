#include "mdsm/evaluate/feature_files.h"

#include "mdsm/base/error.h"
#include "mdsm/data/known.h"

namespace mdsm {

namespace fs = std::filesystem;

fs::path find_feature_file(const std::vector<std::string>& places, const std::string& advice) {
  std::vector<std::string> tried;
  for (const fs::path& folder : data_folders()) {
    for (const std::string& place : places) {
      if (fs::exists(folder / place)) return folder / place;
      tried.push_back((folder / place).string());
    }
  }
  reject("{}: not found (looked for {}). {}", fs::path(places.front()).filename().string(), fmt::join(tried, ", "),
         advice);
}

Tensor feature_tensor(const SafeTensors& file, const fs::path& path, const std::string& name, at::IntArrayRef shape) {
  require(file.contains(name), "{}: the tensor '{}' is missing (not the weights of this network).", path.string(),
          name);
  const Tensor& tensor = file.at(name);
  require(tensor.sizes() == shape, "{}: the tensor '{}' has shape {} (expected {}).", path.string(), name,
          to_text(tensor.sizes()), to_text(shape));
  return tensor.to(at::kFloat);
}

}  // namespace mdsm
