#include "mdsm/data/pictures/picture_files.h"

#include <map>

#include "mdsm/base/error.h"
#include "mdsm/data/readers/file_tree.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/system/memory.h"

namespace mdsm {

PictureFiles::PictureFiles(std::filesystem::path where, std::vector<std::string> paths)
    : where_(std::move(where)), paths_(std::move(paths)) {
  require(!paths_.empty(), "'{}': no pictures.", where_.string());
  if (!std::filesystem::is_directory(where_)) hold();
}

void PictureFiles::hold() {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < paths_.size(); ++i) places[paths_[i]] = i;
  held_.resize(paths_.size());
  const int64_t room = available_memory();
  int64_t bytes = 0;
  for_each_file(where_, paths_, [&](const std::string& path, const std::function<std::string()>& read) {
    std::string& file = held_[places.at(path)];
    file = read();
    bytes += static_cast<int64_t>(file.size());
    require(bytes < room / 2,
            "'{}': its pictures take over {} MiB, half of the memory that is left. Unpack it: of a folder "
            "files are read when they are wanted.",
            where_.string(), bytes >> 20);
  });
  for (size_t i = 0; i < paths_.size(); ++i)
    require(!held_[i].empty(), "'{}': {} is empty.", where_.string(), paths_[i]);
}

std::string PictureFiles::name(int64_t picture) const {
  return fmt::format("'{}'", (where_ / paths_.at(static_cast<size_t>(picture))).string());
}

std::string PictureFiles::read(int64_t picture) const {
  const auto place = static_cast<size_t>(picture);
  return held_.empty() ? read_file(where_ / paths_.at(place), kImageFileLimit) : held_.at(place);
}

int64_t PictureFiles::held_bytes() const {
  int64_t bytes = 0;
  for (const std::string& file : held_) bytes += static_cast<int64_t>(file.size());
  return bytes;
}

}  // namespace mdsm
