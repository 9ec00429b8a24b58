#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "mdsm/system/file_descriptor.h"

namespace mdsm {

/// Takes the next bytes of a file that is being written.
using ByteSink = std::function<void(std::string_view bytes)>;

/// Writes a file so that its name always holds either all of the old bytes or all of the new ones.
///
/// The bytes go to a temporary name in the same folder, are flushed to the disk and renamed; the folder is flushed too.
/// On any failure, an exception of `write` included, the temporary is removed and the old file is as it was. The old
/// file's permissions are kept and a symbolic link stays one. A device or a pipe is written in place.
///
/// Of the ranks of a job (parallel/job.h) the leading one writes; on the others nothing happens, here and in make_folders
/// and AppendFile.
/// \param write  hands every byte to the sink that it is given, in order, in pieces of some kilobytes (not buffered)
/// \throws Error(failure) if the disk is full, the folder is not writable and so on
/// \throws Error(request) if there is no such folder
void write_file_atomically(const std::filesystem::path& path, const std::function<void(const ByteSink&)>& write);
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Removes the temporaries that a killed process left beside `path`. Only for where no other process is writing `path`.
void remove_leftovers(const std::filesystem::path& path);

/// Largest file that read_file accepts unless told otherwise.
inline constexpr int64_t kReadLimit = int64_t{1} << 30;

/// All bytes of a file (or of a pipe).
/// \param limit  in bytes; more than that is an error, so that a wrong name cannot fill the memory
/// \throws Error that names the nearest existing file if there is none of this name
std::string read_file(const std::filesystem::path& path, int64_t limit = kReadLimit);

/// Makes the folder and those above it, where they do not exist.
/// \throws Error(failure) if it cannot
void make_folders(const std::filesystem::path& path);

/// Flushes the folder that holds `path`: without that a power cut may undo a rename.
/// \throws Error(failure)
void sync_folder_of(const std::filesystem::path& path);

/// Throws the Error for a failed write: reason and advice by `error`, which is an errno.
[[noreturn]] void fail_to_write(const std::filesystem::path& path, int error);

/// A regular file that is read piece by piece, at any place.
class InputFile {
 public:
  /// \throws Error that names the nearest existing file if there is none of this name
  explicit InputFile(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  /// In bytes, when it was opened.
  int64_t size() const { return size_; }
  /// Reads bytes offset .. offset + count - 1 into `out`.
  /// \throws Error(failure) if the file ends before, or the disk fails
  void read(int64_t offset, void* out, int64_t count) const;

 private:
  std::filesystem::path path_;
  FileDescriptor descriptor_;
  int64_t size_ = 0;
};

}  // namespace mdsm
