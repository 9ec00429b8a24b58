#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mdsm/formats/image_file.h"

namespace mdsm {

/// Counts what was done to pictures as they were read.
class PictureCounts {
 public:
  void add(const Picture& picture);
  /// What a user must know of it, a line each; none where nothing was done.
  /// \param where  folder, archive or file
  std::vector<std::string> notes(const std::string& where, uint8_t background) const;

 private:
  int64_t pictures_ = 0;
  int64_t turned_ = 0;
  int64_t transparent_ = 0;
  int64_t sixteen_bit_ = 0;
};

}  // namespace mdsm
