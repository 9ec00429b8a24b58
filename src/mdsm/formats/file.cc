#include "mdsm/formats/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/parallel/job.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) { return std::generic_category().message(error); }

/// " Did you mean 'x'?" for a name that does not exist in a folder that does.
std::string did_you_mean_file(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return did_you_mean(path.filename().string(), names);
}

[[noreturn]] void fail_to_read(const fs::path& path, int error) {
  const std::string text = fmt::format("cannot read '{}' ({}).", path.string(), reason(error));
  switch (error) {
    case ENOENT:
      throw Error(text + " Check the path." + did_you_mean_file(path), Fault::request);
    case ENOTDIR:
    case EACCES:
    case EPERM:
      throw Error(text + " Check the path and its permissions.", Fault::request);
    case EISDIR:
      throw Error(text + " Give the name of a file.", Fault::request);
    default:
      throw Error(text + " Check the disk.", Fault::failure);
  }
}

struct stat status_of(const fs::path& path, const FileDescriptor& descriptor) {
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) fail_to_read(path, errno);
  return status;
}

FileDescriptor open_to_read(const fs::path& path) {
  FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.valid()) fail_to_read(path, errno);
  return descriptor;
}

constexpr std::string_view kTemporaryMark = ".tmp-";

/// A new file beside `target`, gone again at the end unless it was renamed.
class Temporary {
 public:
  explicit Temporary(const fs::path& target) : target_(target) {
    for (int attempt = 0; !descriptor_.valid(); ++attempt) {
      path_ = target;
      path_ += fmt::format("{}{}-{}", kTemporaryMark, ::getpid(), attempt);
      descriptor_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (!descriptor_.valid() && errno != EEXIST) fail_to_write(target, errno);
    }
  }
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  const FileDescriptor& descriptor() const { return descriptor_; }

  /// Flushes, closes and renames to the target.
  void commit() {
    check(descriptor_.sync());
    check(descriptor_.close());
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail_to_write(target_, errno);
    path_.clear();
  }

 private:
  void check(int error) const {
    if (error != 0) fail_to_write(target_, error);
  }

  fs::path target_;
  fs::path path_;
  FileDescriptor descriptor_;
};

void write_to(const FileDescriptor& descriptor, const fs::path& path,
              const std::function<void(const ByteSink&)>& write) {
  write([&](std::string_view bytes) {
    if (const int error = descriptor.write_all(bytes); error != 0) fail_to_write(path, error);
  });
}

void write_in_place(const fs::path& path, const std::function<void(const ByteSink&)>& write) {
  FileDescriptor descriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!descriptor.valid()) fail_to_write(path, errno);
  write_to(descriptor, path, write);
  if (const int error = descriptor.close(); error != 0) fail_to_write(path, error);
}

}  // namespace

void fail_to_write(const fs::path& path, int error) {
  const std::string text = fmt::format("cannot write '{}' ({}).", path.string(), reason(error));
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      throw Error(text + " Free some space on that disk, or write to another.", Fault::failure);
    case EACCES:
    case EPERM:
    case EROFS:
      throw Error(text + " Allow writing to that folder, or choose another.", Fault::failure);
    case EFBIG:
      throw Error(text + " Raise the limit (ulimit -f), or choose another disk.", Fault::failure);
    case ENOENT:
    case ENOTDIR:
      throw Error(text + " Make the folder first, or correct the path.", Fault::request);
    case EISDIR:
      throw Error(text + " Give the name of a file.", Fault::request);
    default:
      throw Error(text + " Check the path and the disk.", Fault::failure);
  }
}

void write_file_atomically(const fs::path& path, const std::function<void(const ByteSink&)>& write) {
  if (!job().leads()) return;
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  if (exists && !S_ISREG(old.st_mode)) return write_in_place(path, write);

  std::error_code unresolved;
  fs::path target = exists ? fs::canonical(path, unresolved) : path;
  if (unresolved) fail_to_write(path, unresolved.value());
  Temporary temporary(target);
  if (exists && ::fchmod(temporary.descriptor().get(), old.st_mode & 07777) != 0) fail_to_write(path, errno);
  write_to(temporary.descriptor(), path, write);
  temporary.commit();
  sync_folder_of(target);
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  write_file_atomically(path, [bytes](const ByteSink& sink) { sink(bytes); });
}

void remove_leftovers(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const std::string start = path.filename().string() + std::string(kTemporaryMark);
  std::vector<fs::path> leftovers;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with(start)) leftovers.push_back(entry->path());
  }
  for (const fs::path& leftover : leftovers) fs::remove(leftover, error);
}

std::string read_file(const fs::path& path, int64_t limit) {
  const FileDescriptor descriptor = open_to_read(path);
  const auto require_within = [&](int64_t size) {
    require(size <= limit, "'{}' is larger than {} bytes (the most that is read here). Check the path.", path.string(),
            limit);
  };
  const int64_t size = status_of(path, descriptor).st_size;
  require_within(size);
  std::string bytes;
  bytes.reserve(static_cast<size_t>(size));
  std::vector<char> piece(size_t{1} << 16);
  for (ssize_t count = 1; count != 0;) {
    count = ::read(descriptor.get(), piece.data(), piece.size());
    if (count < 0 && errno != EINTR) fail_to_read(path, errno);
    if (count > 0) bytes.append(piece.data(), static_cast<size_t>(count));
    require_within(static_cast<int64_t>(bytes.size()));
  }
  return bytes;
}

void sync_folder_of(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A folder that may be written but not read cannot be flushed, nor can one on some network file systems.
  if (!descriptor.valid()) return;
  const int error = descriptor.sync();
  if (error != 0 && error != EINVAL && error != ENOTSUP) fail_to_write(path, error);
}

void make_folders(const fs::path& path) {
  if (!job().leads()) return;
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    fail("cannot make the folder '{}' ({}). Check the path and its permissions.", path.string(), error.message());
}

InputFile::InputFile(fs::path path) : path_(std::move(path)), descriptor_(open_to_read(path_)) {
  const struct stat status = status_of(path_, descriptor_);
  require(S_ISREG(status.st_mode), "'{}' is not a regular file (it is read at several places). Copy it to one.",
          path_.string());
  size_ = status.st_size;
}

void InputFile::read(int64_t offset, void* out, int64_t count) const {
  char* next = static_cast<char*>(out);
  while (count > 0) {
    const ssize_t got = ::pread(descriptor_.get(), next, static_cast<size_t>(count), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_to_read(path_, errno);
    if (got == 0)
      fail("'{}' ends at byte {} ({} more were expected). Was it cut short?", path_.string(), offset, count);
    next += got;
    offset += got;
    count -= got;
  }
}

}  // namespace mdsm
