#include "mdsm/data/readers/image_tree.h"

#include <algorithm>
#include <map>
#include <set>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/data/readers/half_names.h"

namespace mdsm {
namespace {

/// "cat" of "cat/0.png"; "" of "0.png".
std::string first_folder(std::string_view path) {
  const size_t slash = path.find('/');
  return std::string(path.substr(0, slash == std::string_view::npos ? 0 : slash));
}

/// What lies directly below a prefix.
struct Level {
  std::map<std::string, std::vector<std::string>> folders;  ///< by name: paths below each
  int64_t loose = 0;                                        ///< images outside of folders

  static Level of(const std::vector<std::string>& images, const std::string& prefix) {
    Level level;
    for (const std::string& image : images) {
      if (!image.starts_with(prefix)) continue;
      const std::string rest = image.substr(prefix.size());
      const std::string folder = first_folder(rest);
      if (folder.empty()) ++level.loose;
      else level.folders[folder].push_back(rest.substr(folder.size() + 1));
    }
    return level;
  }
  bool has_folders_in(const std::string& folder) const {
    const std::vector<std::string>& inside = folders.at(folder);
    return std::any_of(inside.begin(), inside.end(),
                       [](const std::string& path) { return path.find('/') != std::string::npos; });
  }
};

/// The folders around everything: "set/" of "set/cat/0.png" and "set/dog/0.png". A half is none of them.
std::string around(const std::vector<std::string>& images) {
  std::string prefix;
  for (;;) {
    const Level level = Level::of(images, prefix);
    if (level.loose > 0 || level.folders.size() != 1) return prefix;
    const std::string& only = level.folders.begin()->first;
    if (half_of_name(only)) return prefix;
    prefix += only + "/";
  }
}

std::string listed(const std::vector<std::string>& folders) {
  const size_t shown = std::min<size_t>(folders.size(), 5);
  std::string text;
  for (size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + folders[i] + "/";
  return text + (shown < folders.size() ? ", ..." : "");
}

/// Folders named like halves, and the others.
struct Named {
  std::vector<std::string> train, test, validation, others;

  explicit Named(const Level& level) {
    for (const auto& [folder, unused] : level.folders) {
      const std::optional<Split> half = half_of_name(folder);
      if (!half) others.push_back(folder);
      else if (*half == Split::train) train.push_back(folder);
      else if (is_validation_name(folder)) validation.push_back(folder);
      else test.push_back(folder);
    }
  }
  bool has_any() const { return !halves().empty(); }
  std::vector<std::string> halves() const {
    std::vector<std::string> all = train;
    all.insert(all.end(), test.begin(), test.end());
    all.insert(all.end(), validation.begin(), validation.end());
    return all;
  }
};

constexpr const char* kHowToChoose =
    "Set data.halves to folders (these are halves, the rest is left out) or to none (all are classes of training data), "
    "or name one folder by its own path";

/// Whether folders named like halves are such.
bool are_halves(const Named& named, const Level& level, HalfFolders told, const std::string& where) {
  if (!named.has_any() || told == HalfFolders::never) return false;
  if (told == HalfFolders::always || named.others.empty()) return true;
  const std::vector<std::string> halves = named.halves();
  const bool deep =
      std::any_of(halves.begin(), halves.end(), [&](const std::string& f) { return level.has_folders_in(f); });
  const bool one_kind = named.train.empty() || (named.test.empty() && named.validation.empty());
  require(one_kind && !deep, "'{}' holds {} beside {}: halves of the set, or classes? {}.", where, listed(halves),
          listed(named.others), kHowToChoose);
  return false;
}

/// cat/train, cat/test, dog/train, ...: halves that lie within classes would be mixed.
void require_no_halves_within(const Level& level, const std::string& where) {
  std::set<Split> kinds;
  for (const auto& [folder, inside] : level.folders) {
    for (const std::string& path : inside) {
      const std::optional<Split> half = half_of_name(first_folder(path));
      if (!half) return;
      kinds.insert(*half);
    }
  }
  require(
      level.loose > 0 || kinds.size() < 2,
      "'{}' holds halves within its folders ({}/train and the like), which would be mixed. Put the halves outermost "
      "(train/{}), name one folder by its own path, or set data.halves to none to train on all of them.",
      where, level.folders.begin()->first, level.folders.begin()->first);
}

std::string only_one(const std::vector<std::string>& folders, const std::string& where) {
  require(folders.size() == 1, "'{}' holds {}: which of them is the half? Rename one, or name it by its own path.",
          where, listed(folders));
  return folders.front();
}

void choose_halves(ImageTree& tree, const Named& named, const std::string& top, const std::string& where) {
  tree.has_halves = true;
  tree.has_train = !named.train.empty();
  tree.has_test = !named.test.empty() || !named.validation.empty();
  if (tree.has_train) tree.train = top + only_one(named.train, where) + "/";
  if (!tree.has_test) return;
  const bool validation = named.test.empty();
  const std::string second = only_one(validation ? named.validation : named.test, where);
  tree.test = top + second + "/";
  if (validation) tree.validation = in_small_letters(second);
  if (validation) tree.notes.push_back(fmt::format("'{}': {}/ serves as the test half", where, second));
  if (!validation && !named.validation.empty()) {
    tree.notes.push_back(fmt::format("'{}': {} is not read ({}/ is the second half); it is a set by its own path",
                                     where, listed(named.validation), second));
  }
}

void note_other_files(ImageTree& tree, const std::vector<std::string>& files, const std::string& where) {
  std::set<std::string> endings;
  int64_t count = 0;
  for (const std::string& file : files) {
    if (!is_visible(file) || !is_other_picture_name(file)) continue;
    ++count;
    endings.insert(in_small_letters(file.substr(file.rfind('.'))));
  }
  if (count == 0) return;
  const std::string kinds = fmt::format("{}", fmt::join(endings, ", "));
  require(!tree.images.empty(),
          "'{}' holds no PNG or JPEG image, but {} of kinds that are not read ({}). Convert them.", where, count,
          kinds);
  tree.notes.push_back(
      fmt::format("'{}': {} pictures of kinds that are not read ({}) are left out", where, count, kinds));
}

/// The folders directly below the halves, those of both.
std::vector<std::string> classes_below(const ImageTree& tree) {
  std::set<std::string> classes;
  for (const Split split : {Split::train, Split::test}) {
    if (!tree.has(split)) continue;
    for (const auto& [folder, unused] : Level::of(tree.images, tree.prefix(split)).folders) classes.insert(folder);
  }
  return {classes.begin(), classes.end()};
}

}  // namespace

bool is_visible(std::string_view path) {
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    if (part.starts_with('.') || part == "__MACOSX") return false;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return true;
}

ImageTree arrange_images(const std::vector<std::string>& files, HalfFolders halves, const std::string& where) {
  ImageTree tree;
  for (const std::string& file : files) {
    if (is_visible(file) && is_image_name(file)) tree.images.push_back(file);
  }
  std::sort(tree.images.begin(), tree.images.end());
  tree.images.erase(std::unique(tree.images.begin(), tree.images.end()), tree.images.end());
  note_other_files(tree, files, where);
  require(!tree.images.empty(),
          "'{}' holds no PNG or JPEG image (by the endings .png, .jpg and .jpeg). Check the path.", where);
  const std::string top = around(tree.images);
  const Level level = Level::of(tree.images, top);
  const Named named(level);
  if (are_halves(named, level, halves, where)) {
    choose_halves(tree, named, top, where);
    const int64_t beside = level.loose;
    if (beside > 0 || !named.others.empty()) {
      tree.notes.push_back(fmt::format("'{}': beside the halves, {} is left out", where,
                                       named.others.empty() ? fmt::format("{} images", beside) : listed(named.others)));
    }
  } else {
    tree.train = top;
    if (named.has_any() && halves == HalfFolders::automatic) {
      tree.notes.push_back(
          fmt::format("'{}': {} is read as a class beside {}", where, listed(named.halves()), listed(named.others)));
    }
    if (halves != HalfFolders::never) require_no_halves_within(level, where);
  }
  tree.classes = classes_below(tree);
  return tree;
}

}  // namespace mdsm
