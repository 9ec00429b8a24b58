#include "mdsm/data/readers/file_tree.h"

#include <algorithm>
#include <set>

#include "mdsm/base/error.h"
#include "mdsm/formats/archive_reader.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_file.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

/// A deeper folder is a link to a folder above itself.
constexpr int kDeepest = 32;

std::vector<std::string> list_folder(const fs::path& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::follow_directory_symlink, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    require(entry.depth() <= kDeepest, "'{}' lies more than {} folders deep (a link to a folder above it?). Remove it.",
            entry->path().string(), kDeepest);
    std::error_code broken_link;  // is listed: an error when it is read, not an image fewer
    const fs::file_type type = entry->status(broken_link).type();
    if (type != fs::file_type::regular && type != fs::file_type::not_found) continue;
    paths.push_back(entry->path().lexically_relative(folder).generic_string());
  }
  if (error) fail("cannot list '{}' ({}). Check its permissions and the disk.", folder.string(), error.message());
  return paths;
}

/// An archive, and what paths in it begin with.
struct ArchivePlace {
  fs::path archive;
  std::string prefix;  ///< "" or a path that ends in '/'
};

/// The archive that the path is, or leads into; an empty one where there is none.
ArchivePlace archive_place(const fs::path& path) {
  std::error_code ignored;
  fs::path inner;
  for (fs::path outer = path; outer.has_relative_path(); outer = outer.parent_path()) {
    if (fs::is_regular_file(outer, ignored)) {
      if (!inner.empty() && !is_archive_name(outer)) return {};
      return {outer, inner.empty() ? "" : (inner / "").generic_string()};
    }
    inner = inner.empty() ? outer.filename() : outer.filename() / inner;
  }
  return {};
}

std::vector<std::string> list_archive(const ArchivePlace& place) {
  std::vector<std::string> names;
  ArchiveReader archive(place.archive);
  while (archive.next()) {
    if (archive.name().starts_with(place.prefix)) names.push_back(archive.name().substr(place.prefix.size()));
  }
  return names;
}

}  // namespace

bool is_inside_archive(const fs::path& path) {
  std::error_code ignored;
  return !fs::exists(path, ignored) && !archive_place(path).prefix.empty();
}

std::vector<std::string> list_files(const fs::path& where) {
  if (fs::is_directory(where)) return list_folder(where);
  const ArchivePlace place = archive_place(where);
  require(!place.archive.empty(), "'{}' is neither a folder nor an archive. Check the path.", where.string());
  return list_archive(place);
}

void for_each_file(const fs::path& where, const std::vector<std::string>& wanted,
                   const std::function<void(const std::string&, const std::function<std::string()>&)>& action) {
  if (fs::is_directory(where)) {
    for (const std::string& path : wanted) action(path, [&] { return read_file(where / path, kImageFileLimit); });
    return;
  }
  const ArchivePlace place = archive_place(where);
  const std::set<std::string> names(wanted.begin(), wanted.end());
  ArchiveReader archive(place.archive);
  while (archive.next()) {
    if (!archive.name().starts_with(place.prefix)) continue;
    const std::string name = archive.name().substr(place.prefix.size());
    if (names.contains(name)) action(name, [&] { return archive.read(kImageFileLimit); });
  }
}

}  // namespace mdsm
