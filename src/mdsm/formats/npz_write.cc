// write_npz of npy.h: libarchive's writer, apart from the readers.
#include <archive.h>
#include <archive_entry.h>

#include <ctime>
#include <exception>
#include <memory>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy.h"

namespace mdsm {
namespace {

/// 1980-01-02, for every array: the same arrays give the same bytes. (A .zip knows no date before 1980 in any time
/// zone.)
constexpr time_t kDate = 315619200;

/// Where libarchive's bytes go, and what went wrong there: exceptions must not cross its C frames.
struct Output {
  const ByteSink* sink = nullptr;
  std::exception_ptr error;
};

la_ssize_t write_to_sink(archive* /*handle*/, void* client, const void* data, size_t size) {
  auto* output = static_cast<Output*>(client);
  try {
    (*output->sink)({static_cast<const char*>(data), size});
    return static_cast<la_ssize_t>(size);
  } catch (...) {
    output->error = std::current_exception();
    return -1;
  }
}

struct FreeArchive {
  void operator()(archive* handle) const { archive_write_free(handle); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

void write_zip(const std::vector<NamedArray>& arrays, Output& output) {
  const std::unique_ptr<archive, FreeArchive> handle(archive_write_new());
  const auto check = [&](bool good) {
    if (good) return;
    if (output.error) std::rethrow_exception(output.error);
    fail("cannot write the .npz ({}).", archive_error_string(handle.get()));
  };
  check(handle != nullptr && archive_write_set_format_zip(handle.get()) == ARCHIVE_OK &&
        archive_write_zip_set_compression_store(handle.get()) == ARCHIVE_OK &&
        archive_write_set_bytes_in_last_block(handle.get(), 1) == ARCHIVE_OK &&
        archive_write_open(handle.get(), &output, nullptr, write_to_sink, nullptr) == ARCHIVE_OK);
  for (const NamedArray& named : arrays) {
    const std::string bytes = encode_npy(named.array);
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    check(entry != nullptr);
    archive_entry_set_pathname(entry.get(), (named.name + ".npy").c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), kDate, 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    check(archive_write_header(handle.get(), entry.get()) == ARCHIVE_OK);
    check(archive_write_data(handle.get(), bytes.data(), bytes.size()) == static_cast<la_ssize_t>(bytes.size()));
  }
  check(archive_write_close(handle.get()) == ARCHIVE_OK);
}

}  // namespace

void write_npz(const std::filesystem::path& path, const std::vector<NamedArray>& arrays) {
  write_file_atomically(path, [&](const ByteSink& sink) {
    Output output{.sink = &sink, .error = nullptr};
    write_zip(arrays, output);
  });
}

}  // namespace mdsm
