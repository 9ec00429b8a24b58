#include "mdsm/data/readers/folder.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/image_collector.h"
#include "mdsm/formats/file.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kFileLimit = int64_t{1} << 28;
/// A deeper folder is a link to a folder above itself.
constexpr int kDeepest = 32;

/// Paths of the images, relative to the folder, in any order.
std::vector<std::string> list_images(const fs::path& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::follow_directory_symlink, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    require(entry.depth() <= kDeepest, "'{}' lies more than {} folders deep (a link to a folder above it?). Remove it.",
            entry->path().string(), kDeepest);
    const std::string path = entry->path().lexically_relative(folder).generic_string();
    std::error_code broken_link;  // is listed: an error when it is read, not an image fewer
    const fs::file_type type = entry->status(broken_link).type();
    const bool is_file = type == fs::file_type::regular || type == fs::file_type::not_found;
    if (is_file && is_listed_image(path)) paths.push_back(path);
  }
  if (error) fail("cannot list '{}' ({}). Check its permissions and the disk.", folder.string(), error.message());
  return paths;
}

}  // namespace

LabelledData read_image_folder(const fs::path& folder, const PrepareImage& prepare) {
  require(fs::is_directory(folder), "'{}' is not a folder. Check the path.", folder.string());
  std::vector<std::string> paths = list_images(folder);
  require(!paths.empty(), "'{}' holds no PNG or JPEG image (by the endings .png, .jpg and .jpeg). Check the path.",
          folder.string());
  std::sort(paths.begin(), paths.end());
  ImageCollector images(folder.string(), paths, prepare);
  for (const std::string& path : paths) images.add(path, read_file(folder / path, kFileLimit));
  return images.finish();
}

}  // namespace mdsm
