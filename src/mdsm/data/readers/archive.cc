#include "mdsm/data/readers/archive.h"

#include <algorithm>
#include <optional>
#include <set>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/image_collector.h"
#include "mdsm/formats/archive_reader.h"

namespace mdsm {
namespace {

constexpr int64_t kFileLimit = int64_t{1} << 28;

std::vector<std::string> list_images(const std::filesystem::path& path) {
  std::vector<std::string> names;
  ArchiveReader archive(path);
  while (archive.next()) {
    if (is_listed_image(archive.name())) names.push_back(archive.name());
  }
  return names;
}

std::string top_of(const std::string& name) {
  const size_t slash = name.find('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash + 1);
}

/// "set/" where all names begin with it; "" where there is no such folder.
std::string common_top(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  const std::string top = top_of(names.front());
  const auto is_below = [&](const std::string& name) { return name.starts_with(top); };
  return std::all_of(names.begin(), names.end(), is_below) ? top : std::string();
}

/// What the names below `prefix` really begin with; nothing if there are none.
std::optional<std::string> locate(const std::vector<std::string>& names, std::string_view prefix) {
  const auto has = [&](const std::string& start) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return name.starts_with(start); });
  };
  const std::string top = common_top(names);
  if (!prefix.empty() && has(std::string(prefix))) return std::string(prefix);
  if (has(top + std::string(prefix))) return top + std::string(prefix);
  return std::nullopt;
}

[[noreturn]] void reject_without_images(const std::filesystem::path& path, const std::vector<std::string>& names,
                                        std::string_view prefix) {
  require(!names.empty(), "'{}' holds no PNG or JPEG image (by the endings .png, .jpg and .jpeg). Check the path.",
          path.string());
  std::set<std::string> tops;
  const std::string common = common_top(names);
  for (const std::string& name : names) {
    const std::string top = top_of(name.substr(common.size()));
    tops.insert(top.empty() ? "images outside of folders" : top);
    if (tops.size() == 10) break;
  }
  reject("'{}' holds no image below '{}' (it holds {}). Rename its folders, or use another archive.", path.string(),
         prefix, fmt::join(tops, ", "));
}

}  // namespace

bool archive_has_prefix(const std::filesystem::path& path, std::string_view prefix) {
  return locate(list_images(path), prefix).has_value();
}

LabelledData read_image_archive(const std::filesystem::path& path, std::string_view prefix,
                                const PrepareImage& prepare) {
  require(prefix.empty() || prefix.ends_with('/'), "the prefix '{}' does not end in '/'. Pass \"train/\" or \"\".",
          prefix);
  const std::vector<std::string> names = list_images(path);
  const std::optional<std::string> start = locate(names, prefix);
  if (!start) reject_without_images(path, names, prefix);
  std::vector<std::string> inner;
  for (const std::string& name : names) {
    if (name.starts_with(*start)) inner.push_back(name.substr(start->size()));
  }
  ImageCollector images(path.string(), std::move(inner), prepare);
  ArchiveReader archive(path);
  while (archive.next()) {
    const std::string& name = archive.name();
    if (name.starts_with(*start) && is_listed_image(name)) {
      images.add(name.substr(start->size()), archive.read(kFileLimit));
    }
  }
  return images.finish();
}

}  // namespace mdsm
