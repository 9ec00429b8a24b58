#include "mdsm/formats/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <array>

#include "mdsm/base/error.h"
#include "mdsm/base/shown.h"
#include "mdsm/formats/file.h"

namespace mdsm {
namespace {

constexpr size_t kBlock = size_t{1} << 16;
/// Bytes that the smallest archive may hold, however well packed.
constexpr int64_t kSmall = int64_t{1} << 20;

std::string reason(archive* handle) {
  const char* text = archive_error_string(handle);
  return text != nullptr ? shown(text) : "unknown reason";
}

/// For its lifetime this thread's character set is UTF-8: in the locale "C", in which every program starts, libarchive
/// loses names that are not ASCII.
class Utf8Names {
 public:
  Utf8Names() {
    // Made once and never freed: each making opens a file, which took longer than reading a small member.
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 != nullptr) before_ = uselocale(utf8);
  }
  ~Utf8Names() {
    if (before_ != nullptr) uselocale(before_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t before_ = nullptr;
};

/// The raw bytes where the name is not UTF-8.
std::string entry_name(archive_entry* entry) {
  const char* text = archive_entry_pathname_utf8(entry);
  if (text == nullptr) text = archive_entry_pathname(entry);
  std::string name = text != nullptr ? text : "";
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

}  // namespace

void ArchiveReader::Close::operator()(archive* handle) const { archive_read_free(handle); }

ArchiveReader::ArchiveReader(std::filesystem::path path) : path_(std::move(path)), handle_(archive_read_new()) {
  most_unpacked_ = kSmall + kMostUnpacked * InputFile(path_).size();
  if (handle_ == nullptr) fail("libarchive cannot start (out of memory?).");
  archive_read_support_format_zip(handle_.get());
  archive_read_support_format_tar(handle_.get());
  archive_read_support_filter_gzip(handle_.get());
  archive_read_support_filter_bzip2(handle_.get());
  archive_read_support_filter_xz(handle_.get());
  archive_read_support_filter_zstd(handle_.get());
  if (archive_read_open_filename(handle_.get(), path_.c_str(), kBlock) != ARCHIVE_OK) reject_damaged();
}

void ArchiveReader::reject_damaged() const {
  reject("cannot read '{}' as an archive ({}). Is it a whole .zip, .tar or .tar.gz? Fetch or pack it again.",
         path_.string(), reason(handle_.get()));
}

bool ArchiveReader::next() {
  const Utf8Names utf8;
  archive_entry* entry = nullptr;
  for (;;) {
    const int result = archive_read_next_header(handle_.get(), &entry);
    if (result == ARCHIVE_EOF) return false;
    if (result < ARCHIVE_WARN) reject_damaged();
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    name_ = entry_name(entry);
    require(!name_.empty(), "'{}' holds a file without a readable name. Pack it again.", path_.string());
    return true;
  }
}

std::string ArchiveReader::read(int64_t limit) {
  std::string bytes;
  std::array<char, kBlock> block;
  for (;;) {
    const int64_t count = read_some(block.data(), static_cast<int64_t>(block.size()));
    if (count == 0) return bytes;
    require(static_cast<int64_t>(bytes.size()) + count <= limit,
            "'{}' in '{}' is larger than {} bytes (the most that is read here).", name_, path_.string(), limit);
    bytes.append(block.data(), static_cast<size_t>(count));
  }
}

int64_t ArchiveReader::read_some(void* out, int64_t count) {
  int64_t done = 0;
  while (done < count) {
    const la_ssize_t got =
        archive_read_data(handle_.get(), static_cast<char*>(out) + done, static_cast<size_t>(count - done));
    if (got < 0) {
      reject("'{}' in '{}' is damaged ({}). Fetch or pack the archive again.", name_, path_.string(),
             reason(handle_.get()));
    }
    if (got == 0) break;
    done += got;
  }
  unpacked_ += done;
  require(unpacked_ <= most_unpacked_,
          "'{}' unpacks to more than {} times its size (at '{}'): it is made to fill memory.", path_.string(),
          kMostUnpacked, name_);
  return done;
}

bool is_archive_name(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  for (const char* end : {".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

}  // namespace mdsm
