#include "mdsm/data/data_name.h"

#include <filesystem>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/base/text.h"
#include "mdsm/data/known.h"
#include "mdsm/data/readers/file_tree.h"
#include "mdsm/data/readers/half_names.h"
#include "mdsm/data/readers/path_data.h"
#include "mdsm/data/stacked.h"
#include "mdsm/data/synthetic.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

Split other(Split split) { return split == Split::train ? Split::test : Split::train; }

std::vector<std::string> all_names() {
  std::vector<std::string> names = known_names();
  names.emplace_back(kStackedName);
  for (const std::string& name : synthetic_names()) names.push_back(name);
  return names;
}

/// "set/test/" -> "set/test"
fs::path without_slash(const std::string& text) {
  const fs::path path(text);
  return path.has_filename() ? path : path.parent_path();
}

/// Whether all folders directly in this one are named like halves: a look that does not go deeper, as the folder may be
/// anybody's.
bool has_only_halves(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(error) && !name.starts_with('.') && !half_of_name(name)) return false;
  }
  return !error;
}

/// Whether "base/typed" names this half of the data at `base`, and not a folder of its own.
bool is_half_of(const fs::path& base, const std::string& typed, Split half, HalfFolders halves) {
  const fs::path whole = base / typed;
  if (!is_data_path(base)) return false;
  const bool folder = fs::is_directory(base);
  if (folder && fs::exists(whole) && !has_only_halves(base)) return false;
  const PathHalves there = path_halves(base, halves);
  if (!there.named) return folder ? !fs::exists(whole) : !is_inside_archive(whole) || list_files(whole).empty();
  // val/ beside test/ is a set of its own, and test means the second half whatever it is called.
  const bool beside = is_validation_name(typed) && in_small_letters(typed) != in_small_letters(there.validation);
  return there.has(half) && !beside;
}

}  // namespace

bool has_data_name(std::string_view name) { return is_known(name) || is_synthetic(name) || name == kStackedName; }

void reject_unknown_data(const std::string& text) {
  std::error_code error;  // a path below a folder that may not be entered
  static_cast<void>(fs::exists(text, error));
  require(!error, "cannot read '{}' ({}). Check the path and its permissions.", text, error.message());
  reject("'{}' is neither a known data set nor an existing path.{} `mdsm data list` prints what is known.", text,
         did_you_mean(text.substr(0, text.find('/')), all_names()));
}

bool has_half(const std::string& name, Split split, HalfFolders halves) {
  if (is_known(name)) return (split == Split::train ? known_set(name).train_count : known_set(name).test_count) > 0;
  if (has_data_name(name)) return true;
  return path_halves(name, halves).has(split);
}

DataName parse_data_name(const std::string& text, Split otherwise, HalfFolders halves) {
  const auto by_itself = [&](Split wanted) { return has_half(text, wanted, halves) ? wanted : other(wanted); };
  if (has_data_name(text)) return {text, by_itself(otherwise)};
  const fs::path path = without_slash(text);
  const std::string typed = path.filename().string();
  const std::string base = path.parent_path().string();
  if (const std::optional<Split> half = half_of_name(typed); half && !base.empty()) {
    if (has_data_name(base) && (typed == "train" || typed == "test")) return {base, *half, true};
    if (is_half_of(base, typed, *half, halves)) return {base, *half, true};
  }
  if (!is_data_path(text)) reject_unknown_data(text);
  return {text, by_itself(otherwise)};
}

bool is_same_set(const std::string& a, const std::string& b) {
  if (a == b || has_data_name(a) || has_data_name(b)) return a == b;
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

}  // namespace mdsm
