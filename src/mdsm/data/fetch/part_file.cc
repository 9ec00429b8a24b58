#include "mdsm/data/fetch/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"

namespace mdsm {
namespace {

/// False if the file was renamed or removed between open and flock: the lock is then on another process's finished
/// file.
bool still_bears(const FileDescriptor& descriptor, const std::filesystem::path& path) {
  struct stat opened {};
  struct stat named {};
  return fstat(descriptor.get(), &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

FileDescriptor open_locked(const std::filesystem::path& path) {
  constexpr mode_t kByUmask = 0666;
  for (;;) {
    FileDescriptor descriptor(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, kByUmask));
    if (!descriptor.valid()) fail_to_write(path, errno);
    if (flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) fail_to_write(path, errno);
      fail("fetch: '{}' is being downloaded by another process (it holds the file's lock). Wait for it, or stop it.",
           path.string());
    }
    if (still_bears(descriptor, path)) return descriptor;
  }
}

PartOrigin read_origin(const std::filesystem::path& path) {
  std::ifstream file(path);
  PartOrigin origin;
  std::getline(file, origin.url);
  std::getline(file, origin.validator);
  return origin;
}

}  // namespace

PartFile::PartFile(std::filesystem::path path)
    : path_(std::move(path)),
      part_path_(path_.string() + ".part"),
      origin_path_(path_.string() + ".part.origin"),
      descriptor_(open_locked(part_path_)),
      size_(lseek(descriptor_.get(), 0, SEEK_END)),
      origin_(read_origin(origin_path_)) {}

PartFile::~PartFile() {
  if (descriptor_.valid() && size_ == 0) remove();
}

void PartFile::restart(PartOrigin origin) {
  if (ftruncate(descriptor_.get(), 0) != 0) fail_to_write(part_path_, errno);
  size_ = 0;
  origin_ = std::move(origin);
  std::ofstream file(origin_path_, std::ios::trunc);
  file << origin_.url << '\n' << origin_.validator << '\n';
  file.close();
  if (!file) fail_to_write(origin_path_, errno);
}

void PartFile::append(std::string_view bytes) {
  if (const int error = descriptor_.write_all(bytes); error != 0) fail_to_write(part_path_, error);
  size_ += static_cast<int64_t>(bytes.size());
}

void PartFile::publish() {
  if (const int error = descriptor_.sync(); error != 0) fail_to_write(part_path_, error);
  std::error_code error;
  std::filesystem::rename(part_path_, path_, error);
  if (error) fail_to_write(path_, error.value());
  descriptor_.close();
  std::filesystem::remove(origin_path_, error);
  sync_folder_of(path_);
}

void PartFile::remove() {
  std::error_code ignored;
  std::filesystem::remove(origin_path_, ignored);
  std::filesystem::remove(part_path_, ignored);
  descriptor_.close();
}

}  // namespace mdsm
