#include "mdsm/formats/places.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

/// Endings of the files that this library writes and reads: a folder of such a name is a mistake.
constexpr std::array<std::string_view, 17> kFileEndings{".npy", ".npz",  ".png",  ".apng", ".jpg", ".jpeg",
                                                        ".csv", ".json", ".html", ".toml", ".txt", ".safetensors",
                                                        ".pt",  ".gz",   ".zip",  ".tar",  ".gif"};

void require_writable(std::string_view option, const fs::path& named, const fs::path& folder) {
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return;
  const std::string reason = std::generic_category().message(errno);
  reject("{} {}: nothing can be written in '{}' ({}). Allow it, or choose another folder.", option, named.string(),
         folder.string(), reason);
}

/// The folder itself or, while it is not there, the one above.
fs::path nearest_there(fs::path folder) {
  while (!folder.empty() && !is_present(folder)) folder = folder.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

}  // namespace

bool is_present(const fs::path& path) {
  std::error_code unseen;
  return fs::exists(path, unseen);
}

bool is_folder(const fs::path& path) {
  std::error_code unseen;
  return fs::is_directory(path, unseen);
}

void require_file_place(std::string_view option, const fs::path& file, const std::vector<std::string>& endings) {
  const std::string name = file.string();
  const bool fits = endings.empty() || std::any_of(endings.begin(), endings.end(),
                                                   [&](const std::string& ending) { return name.ends_with(ending); });
  require(fits, "{} {}: a file of another kind is written here (expected a name that ends in {}). Name it so.", option,
          name, fmt::join(endings, " or "));
  require(!is_folder(file), "{} {}: this is a folder. Give the name of a file.", option, name);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  require(is_folder(folder), "{} {}: the folder {} does not exist. Make it first.", option, name, folder.string());
  // A device or pipe is written in place, whatever its folder allows.
  if (!is_present(file) || fs::is_regular_file(file)) require_writable(option, file, folder);
}

void require_folder_place(std::string_view option, const fs::path& folder) {
  if (!is_folder(folder)) {
    require(!is_present(folder), "{} {}: this is a file (expected a folder). Choose another name.", option,
            folder.string());
    const std::string ending = in_small_letters(folder.extension().string());
    require(std::find(kFileEndings.begin(), kFileEndings.end(), ending) == kFileEndings.end(),
            "{} {}: this names a file (expected a folder here). Leave the ending '{}' away.", option, folder.string(),
            folder.extension().string());
  }
  const fs::path there = nearest_there(folder);
  require(is_folder(there), "{} {}: '{}' is a file, in which there can be no folder. Choose another name.", option,
          folder.string(), there.string());
  require_writable(option, folder, there);
}

}  // namespace mdsm
