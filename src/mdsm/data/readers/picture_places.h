#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// Where the pictures of one half of a set lie.
struct PicturePlaces {
  std::filesystem::path where;     ///< folder or archive
  std::vector<std::string> paths;  ///< in it, sorted
  std::string half = {};           ///< what the half is called, where that is not "train" or "test"
  std::vector<std::string> notes = {};
};

/// The pictures of one half of a folder or an archive, or one picture.
/// \throws Error if the half is not there, or it is neither
PicturePlaces picture_places(const std::filesystem::path& path, Split split, HalfFolders halves);

}  // namespace mdsm
