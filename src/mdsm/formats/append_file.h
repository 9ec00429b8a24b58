#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "mdsm/system/file_descriptor.h"

namespace mdsm {

/// A file that grows by whole records: a log. One writer at a time.
class AppendFile {
 public:
  enum class Mode {
    extend,  ///< made if it does not exist
    create,  ///< an Error if it exists
  };

  /// \throws Error as write_file_atomically does
  AppendFile(std::filesystem::path path, Mode mode);

  const std::filesystem::path& path() const { return path_; }
  /// Writes the record at the end, past all buffers of this process. If that fails (a full disk), what was written of
  /// it is taken back, so that the file holds whole records.
  /// \throws Error(failure)
  void append(std::string_view record);

 private:
  std::filesystem::path path_;
  FileDescriptor descriptor_;
};

}  // namespace mdsm
