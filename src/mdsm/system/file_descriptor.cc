#include "mdsm/system/file_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace mdsm {

int FileDescriptor::close() {
  if (descriptor_ < 0) return 0;
  // Linux frees the descriptor even when interrupted: trying again could close somebody else's.
  return ::close(std::exchange(descriptor_, -1)) == 0 || errno == EINTR ? 0 : errno;
}

int FileDescriptor::write_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

int FileDescriptor::sync() const {
  while (::fsync(descriptor_) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

void hold_standard_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    const bool closed = ::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
    // The least number that is free: this one.
    if (closed) static_cast<void>(::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY));
  }
}

}  // namespace mdsm
