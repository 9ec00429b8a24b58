#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct archive;

namespace mdsm {

/// Goes once through the regular files of a .zip, .tar or compressed .tar (gzip, bzip2, xz, zstd); nothing touches the
/// disk.
class ArchiveReader {
  /// Deflate packs at most 1032 bytes into one. Formats that pack tighter do so with nothing but repetitions.
  static constexpr int64_t kMostUnpacked = 1100;

 public:
  /// \throws Error if there is no such file, or it is no archive
  explicit ArchiveReader(std::filesystem::path path);

  /// Moves to the next regular file.
  /// \return false at the end
  /// \throws Error if the archive is damaged
  bool next();
  /// Path of this file inside the archive: '/' between folders, no "./" in front.
  const std::string& name() const { return name_; }
  /// All bytes of this file; once only. Memory grows with the bytes that are really there, whatever size is claimed.
  /// \param limit  in bytes; a longer file is an error
  /// \throws Error as read_some
  std::string read(int64_t limit);
  /// The next bytes of this file, up to `count`; fewer at its end alone.
  /// \throws Error if the file is damaged, or what was read of all files is more than kMostUnpacked times the archive
  int64_t read_some(void* out, int64_t count);

 private:
  struct Close {
    void operator()(archive* handle) const;
  };
  [[noreturn]] void reject_damaged() const;

  std::filesystem::path path_;
  int64_t most_unpacked_ = 0;  ///< bytes of all files together
  int64_t unpacked_ = 0;
  std::unique_ptr<archive, Close> handle_;
  std::string name_;
};

/// Whether a file name ends like an archive that ArchiveReader reads.
bool is_archive_name(const std::filesystem::path& path);

}  // namespace mdsm
