#include "mdsm/formats/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/parallel/job.h"

namespace mdsm {

AppendFile::AppendFile(std::filesystem::path path, Mode mode) : path_(std::move(path)) {
  if (!job().leads()) return;
  const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | (mode == Mode::create ? O_EXCL : 0);
  descriptor_ = FileDescriptor(::open(path_.c_str(), flags, 0666));
  if (!descriptor_.valid()) fail_to_write(path_, errno);
}

void AppendFile::append(std::string_view record) {
  if (!job().leads()) return;
  struct stat before {};
  if (::fstat(descriptor_.get(), &before) != 0) fail_to_write(path_, errno);
  const int error = descriptor_.write_all(record);
  if (error == 0) return;
  if (S_ISREG(before.st_mode) && ::ftruncate(descriptor_.get(), before.st_size) != 0) {
    fail("cannot write '{}', and its last record is left incomplete (error {}). Check the disk.", path_.string(),
         error);
  }
  fail_to_write(path_, error);
}

}  // namespace mdsm
