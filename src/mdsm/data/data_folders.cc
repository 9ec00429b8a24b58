// Where data sets lie.

#include <dlfcn.h>

#include <cstdlib>

#include "mdsm/base/error.h"
#include "mdsm/data/known.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> split_list(std::string_view list) {
  std::vector<fs::path> parts;
  while (!list.empty()) {
    const size_t end = list.find(':');
    if (end != 0) parts.emplace_back(list.substr(0, end));
    list = end == std::string_view::npos ? "" : list.substr(end + 1);
  }
  return parts;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  return value == nullptr ? "" : value;
}

fs::path cache_folder() {
  const std::string cache = environment("XDG_CACHE_HOME");
  if (!cache.empty()) return fs::path(cache) / "mdsm" / "data";
  const std::string home = environment("HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".cache" / "mdsm" / "data";
}

/// "a|b": one of the two is enough. A folder that may not be looked into, such as another user's home, has neither.
bool is_there(const fs::path& folder, const std::string& alternatives) {
  for (size_t begin = 0; begin <= alternatives.size();) {
    const size_t end = std::min(alternatives.find('|', begin), alternatives.size());
    std::error_code unseen;
    if (fs::exists(folder / alternatives.substr(begin, end - begin), unseen)) return true;
    begin = end + 1;
  }
  return false;
}

/// The first folder that has all this half needs; empty if none has.
fs::path place_of(const KnownSet& set, Split split) {
  const std::vector<std::string> needed = set.needed(split);
  for (const fs::path& folder : data_folders()) {
    fs::path place = folder / set.name;
    if (std::all_of(needed.begin(), needed.end(), [&](const std::string& file) { return is_there(place, file); }))
      return place;
  }
  return {};
}

}  // namespace

std::vector<fs::path> data_folders() {
  std::vector<fs::path> folders = split_list(environment("MDSM_DATA"));
  if (const fs::path cache = cache_folder(); !cache.empty()) folders.push_back(cache);
  // An installed program finds the data installed with it, wherever the prefix is.
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  if (!none) folders.push_back(program.parent_path().parent_path() / "share" / "mdsm" / "data");
  // So does the Python package, whose data lie beside its library.
  if (Dl_info here{}; dladdr(reinterpret_cast<const void*>(&fetch_folder), &here) != 0 && here.dli_fname != nullptr) {
    folders.push_back(fs::path(here.dli_fname).parent_path() / "data");
  }
  for (const fs::path& folder : split_list(MDSM_DATA_PATH)) folders.push_back(folder);
  return folders;
}

fs::path fetch_folder() {
  const std::vector<fs::path> chosen = split_list(environment("MDSM_DATA"));
  if (!chosen.empty()) return chosen.front();
  const fs::path cache = cache_folder();
  require(!cache.empty(),
          "there is no folder for data (neither MDSM_DATA, XDG_CACHE_HOME nor HOME is set). Set MDSM_DATA.");
  return cache;
}

bool is_here(const KnownSet& set, Split split) {
  return (split == Split::train ? set.train_count : set.test_count) > 0 && !place_of(set, split).empty();
}

fs::path find_known(const KnownSet& set, Split split) {
  const int64_t count = split == Split::train ? set.train_count : set.test_count;
  require(count > 0, "{}: there is no {} half. Use {}/{}.", set.name, to_text(split), set.name,
          to_text(split == Split::train ? Split::test : Split::train));
  if (fs::path place = place_of(set, split); !place.empty()) return place;
  std::vector<std::string> places;
  for (const fs::path& folder : data_folders()) places.push_back((folder / set.name).string());
  reject("{}: not found (looked for {} in {}). {}", set.name, fmt::join(set.needed(split), ", "),
         fmt::join(places, ", "),
         set.files.empty() ? set.how_to_get : fmt::format("Run `mdsm data fetch {}`.", set.name));
}

}  // namespace mdsm
