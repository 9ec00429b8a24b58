#include "mdsm/evaluate/parts.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {

PartStore::PartStore(std::filesystem::path folder, const std::string& settings) : folder_(std::move(folder)) {
  require(!folder_.empty(), "partial results: the name of the folder is empty.");
  require(!std::filesystem::exists(folder_) || std::filesystem::is_directory(folder_),
          "{}: it is a file (partial results need a folder). Choose another name.", folder_.string());
  make_folders(folder_);
  const std::filesystem::path kept = folder_ / "settings.json";
  if (!std::filesystem::exists(kept)) {
    write_file_atomically(kept, settings);
    return;
  }
  require(read_file(kept) == settings,
          "{}: the folder holds partial results of other settings or another model ({} says which). Choose "
          "another folder, or remove this one.",
          folder_.string(), kept.string());
}

bool PartStore::has(const std::string& name) const { return keeps() && std::filesystem::exists(file(name)); }

std::vector<NamedArray> PartStore::get(const std::string& name,
                                       const std::function<std::vector<NamedArray>()>& make) const {
  const TensorList found = from_leader(job(), [&] {
    TensorList arrays;
    if (!has(name)) return arrays;
    for (const std::string& array : npz_names(file(name))) arrays.emplace_back(array, read_npz(file(name), array));
    return arrays;
  });
  if (!found.empty()) {
    std::vector<NamedArray> part;
    for (const auto& [array, tensor] : found) part.push_back({array, tensor});
    return part;
  }
  std::vector<NamedArray> part = make();
  if (keeps()) write_npz(file(name), part);
  return part;
}

const Tensor& array_of(const std::vector<NamedArray>& part, std::string_view name) {
  const auto found = std::ranges::find_if(part, [&](const NamedArray& array) { return array.name == name; });
  if (found == part.end()) fail("a kept part lacks the array '{}' (damaged). Remove the folder.", name);
  return found->array;
}

}  // namespace mdsm
