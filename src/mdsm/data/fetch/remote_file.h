#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mdsm {

/// A file that can be fetched, and how to know that it arrived whole.
struct RemoteFile {
  std::string name;               ///< file name in the data folder
  std::vector<std::string> urls;  ///< mirrors, tried in order
  int64_t size = -1;              ///< bytes; -1 where it is not public
  std::string sha256;             ///< lower-case hexadecimal; "" where it is not public
};

}  // namespace mdsm
