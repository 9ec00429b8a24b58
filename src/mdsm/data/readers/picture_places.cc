#include "mdsm/data/readers/picture_places.h"

#include "mdsm/base/error.h"
#include "mdsm/data/readers/file_tree.h"
#include "mdsm/data/readers/image_set.h"
#include "mdsm/formats/archive_reader.h"

namespace mdsm {

PicturePlaces picture_places(const std::filesystem::path& path, Split split, HalfFolders halves) {
  if (is_image_name(path.filename().string()) && std::filesystem::is_regular_file(path)) {
    require(split == Split::train, "{}: there is no test half (it is one picture).", path.string());
    return {path.parent_path().empty() ? "." : path.parent_path(), {path.filename().string()}};
  }
  require(
      std::filesystem::is_directory(path) || is_archive_name(path) || is_inside_archive(path),
      "{}: patches are cut from pictures (a folder or archive of PNG or JPEG files, or one of these). Set data.patch = 0.",
      path.string());
  const ImageTree tree = arrange_images(list_files(path), halves, path.string());
  return {path, half_of(tree, split, path), split == Split::test ? tree.validation : "", tree.notes};
}

}  // namespace mdsm
