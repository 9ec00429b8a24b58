#pragma once

#include <string_view>
#include <utility>

namespace mdsm {

/// Owns a POSIX file descriptor: closes it at the end of its life.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~FileDescriptor() { close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  int get() const { return descriptor_; }
  bool valid() const { return descriptor_ >= 0; }
  /// Closes it now.
  /// \return 0, or errno: some file systems report a full disk only here
  int close();
  /// Writes all bytes, in as many calls as it takes.
  /// \return 0, or errno
  int write_all(std::string_view bytes) const;
  /// Asks that everything written reach the disk.
  /// \return 0, or errno
  int sync() const;

 private:
  int descriptor_;
};

/// Opens those of the descriptors 0, 1 and 2 that are closed, so that no file that is opened later gets their numbers and
/// what is meant for people. Reading the first and writing the others then fails. A program calls it first of all.
void hold_standard_descriptors();

}  // namespace mdsm
