#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace mdsm::testing {

/// One file to pack: its path inside the archive, and its bytes.
struct PackedFile {
  std::string name;
  std::string bytes;
};

/// Writes a .zip, .tar or .tar.gz, by the ending of `path`, with the files in this order.
inline void make_archive(const std::filesystem::path& path, const std::vector<PackedFile>& files) {
  archive* handle = archive_write_new();
  const auto check = [&](bool good) {
    if (!good) throw std::runtime_error(std::string("make_archive: ") + archive_error_string(handle));
  };
  check(archive_write_set_format_filter_by_ext(handle, path.c_str()) == ARCHIVE_OK);
  check(archive_write_open_filename(handle, path.c_str()) == ARCHIVE_OK);
  for (const PackedFile& file : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, file.name.c_str());
    archive_entry_set_filetype(entry, file.name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0755);
    archive_entry_set_size(entry, static_cast<la_int64_t>(file.bytes.size()));
    check(archive_write_header(handle, entry) == ARCHIVE_OK);
    check(archive_write_data(handle, file.bytes.data(), file.bytes.size()) ==
          static_cast<la_ssize_t>(file.bytes.size()));
    archive_entry_free(entry);
  }
  check(archive_write_close(handle) == ARCHIVE_OK);
  archive_write_free(handle);
}

}  // namespace mdsm::testing
