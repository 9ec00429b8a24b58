#include "mdsm/data/readers/image_set.h"

#include "mdsm/base/error.h"
#include "mdsm/data/readers/file_tree.h"
#include "mdsm/data/readers/image_collector.h"

namespace mdsm {

std::vector<std::string> half_of(const ImageTree& tree, Split split, const std::filesystem::path& where) {
  require(tree.has(split), "{}: there is no {} half ({}).", where.string(), to_text(split),
          tree.has_halves ? fmt::format("of halves it has '{}' only",
                                        tree.prefix(split == Split::train ? Split::test : Split::train))
                          : "no folders train/ and test/; all are training data");
  std::vector<std::string> paths;
  for (const std::string& path : tree.images) {
    if (path.starts_with(tree.prefix(split))) paths.push_back(path);
  }
  return paths;
}

LabelledData read_image_half(const std::filesystem::path& where, const ImageTree& tree, Split split,
                             const Reading& reading) {
  const std::vector<std::string> paths = half_of(tree, split, where);
  ImageCollector images(where.string(), paths, reading);
  for_each_file(where, paths,
                [&](const std::string& path, const std::function<std::string()>& read) { images.add(path, read); });
  LabelledData result = images.finish(tree.prefix(split), tree.classes);
  if (split == Split::test) result.half = tree.validation;
  result.notes.insert(result.notes.begin(), tree.notes.begin(), tree.notes.end());
  return result;
}

LabelledData read_image_set(const std::filesystem::path& where, Split split, const Reading& reading) {
  return read_image_half(where, arrange_images(list_files(where), reading.halves, where.string()), split, reading);
}

}  // namespace mdsm
