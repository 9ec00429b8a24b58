#include "mdsm/run/shipped_models.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/data/known.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "models";
constexpr const char* kExtension = ".safetensors";

}  // namespace

std::vector<std::string> shipped_models() {
  std::vector<std::string> names;
  for (const fs::path& folder : data_folders()) {
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator(folder / kFolder, unreadable)) {
      if (entry.path().extension() == kExtension) names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

fs::path find_run(const fs::path& run) {
  if (fs::exists(run)) return run;
  const std::string name = run.string();
  if (!name.empty() && name.find('/') == std::string::npos) {
    for (const fs::path& folder : data_folders()) {
      std::error_code unseen;  // a folder that may not be looked into has none
      if (fs::path file = folder / kFolder / (name + kExtension); fs::is_regular_file(file, unseen)) return file;
    }
  }
  const std::vector<std::string> names = shipped_models();
  reject(
      "{}: no such run or checkpoint, and no shipped model of that name ({}).{} Pass a run directory that `mdsm train` "
      "made, or a checkpoint-*.safetensors file.",
      name, names.empty() ? "there are none" : fmt::format("there are: {}", fmt::join(names, ", ")),
      did_you_mean(name, names));
}

}  // namespace mdsm
