#include "mdsm/data/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr mode_t kReadableByAll = 0644;

[[noreturn]] void fail_at(const char* doing, const std::filesystem::path& path, int error) {
  fail("fetch: cannot {} '{}' ({}). Check the disk's free space and the folder's permissions.", doing, path.string(),
       std::generic_category().message(error));
}

/// False if the file was renamed or removed between open and flock: the lock is then on another process's finished
/// file.
bool still_bears(int descriptor, const std::filesystem::path& path) {
  struct stat opened {};
  struct stat named {};
  return fstat(descriptor, &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

int open_locked(const std::filesystem::path& path) {
  for (;;) {
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, kReadableByAll);
    if (descriptor < 0) fail_at("open", path, errno);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      ::close(descriptor);
      if (error != EWOULDBLOCK) fail_at("lock", path, error);
      fail("fetch: '{}' is being downloaded by another process (it holds the file's lock). Wait for it, or stop it.",
           path.string());
    }
    if (still_bears(descriptor, path)) return descriptor;
    ::close(descriptor);
  }
}

PartOrigin read_origin(const std::filesystem::path& path) {
  std::ifstream file(path);
  PartOrigin origin;
  std::getline(file, origin.url);
  std::getline(file, origin.validator);
  return origin;
}

void flush_folder(const std::filesystem::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail_at("open", folder, errno);
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  // Some network file systems cannot flush a folder, and say EINVAL: the rename stands all the same.
  if (error != 0 && error != EINVAL) fail_at("flush", folder, error);
}

}  // namespace

PartFile::PartFile(std::filesystem::path path)
    : path_(std::move(path)), part_path_(path_.string() + ".part"), origin_path_(path_.string() + ".part.origin") {
  descriptor_ = open_locked(part_path_);
  size_ = lseek(descriptor_, 0, SEEK_END);
  origin_ = read_origin(origin_path_);
}

PartFile::~PartFile() {
  if (descriptor_ >= 0 && size_ == 0) remove();
  close();
}

void PartFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void PartFile::restart(PartOrigin origin) {
  if (ftruncate(descriptor_, 0) != 0) fail_at("truncate", part_path_, errno);
  size_ = 0;
  origin_ = std::move(origin);
  std::ofstream file(origin_path_, std::ios::trunc);
  file << origin_.url << '\n' << origin_.validator << '\n';
  file.close();
  if (!file) fail_at("write", origin_path_, errno);
}

void PartFile::append(const void* bytes, size_t size) {
  const char* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = write(descriptor_, next, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_at("write", part_path_, errno);
    next += written;
    size -= static_cast<size_t>(written);
    size_ += written;
  }
}

void PartFile::publish() {
  if (fsync(descriptor_) != 0) fail_at("flush", part_path_, errno);
  std::error_code error;
  std::filesystem::rename(part_path_, path_, error);
  if (error) fail_at("rename", part_path_, error.value());
  close();
  std::filesystem::remove(origin_path_, error);
  flush_folder(path_.has_parent_path() ? path_.parent_path() : ".");
}

void PartFile::remove() {
  std::error_code ignored;
  std::filesystem::remove(origin_path_, ignored);
  std::filesystem::remove(part_path_, ignored);
  close();
}

}  // namespace mdsm
