#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "mdsm/system/file_descriptor.h"

namespace mdsm {

/// What a partial download is a part of.
struct PartOrigin {
  std::string url;        ///< where its bytes came from
  std::string validator;  ///< the server's strong ETag or its Last-Modified date; "" where it gave neither
};

/// A download that is not whole yet: NAME.part beside NAME, locked against other processes while this object lives.
///
/// Its origin is kept in NAME.part.origin, so that another run can ask the server whether the file is still the same.
class PartFile {
 public:
  /// Opens or creates the partial file of `path`, whose folder exists.
  /// \throws Error (failure) if another process holds it, or the folder cannot be written
  explicit PartFile(std::filesystem::path path);
  /// Keeps the bytes for another run, and no file where there are none.
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  /// Where the bytes are until publish().
  const std::filesystem::path& part_path() const { return part_path_; }
  /// Bytes so far.
  int64_t size() const { return size_; }
  const PartOrigin& origin() const { return origin_; }

  /// Throws away the bytes and starts again at none, from this origin.
  /// \throws Error (failure)
  void restart(PartOrigin origin);
  /// Appends.
  /// \throws Error (failure) if the disk is full or fails
  void append(std::string_view bytes);
  /// Flushes to the disk and gives the file its final name, replacing what bears it; nothing else may be called
  /// afterwards.
  void publish();
  /// Removes the partial file and its origin; nothing else may be called afterwards.
  void remove();

 private:
  std::filesystem::path path_;
  std::filesystem::path part_path_;
  std::filesystem::path origin_path_;
  FileDescriptor descriptor_;
  int64_t size_ = 0;
  PartOrigin origin_;
};

}  // namespace mdsm
