#include "mdsm/run/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <set>

#include "mdsm/base/error.h"
#include "mdsm/base/utc.h"
#include "mdsm/formats/file.h"
#include "mdsm/system/machine.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

/// What the owner wrote of itself.
std::string owner_in(const FileDescriptor& file) {
  std::array<char, 512> text{};
  const ssize_t count = ::pread(file.get(), text.data(), text.size(), 0);
  return count > 0 ? std::string(text.data(), static_cast<size_t>(count)) : "a process";
}

/// The files of a training: it alone writes them, so nobody is writing a temporary of theirs.
bool is_of_training(const std::string& name) {
  for (const char* file : {"experiment.toml", "metrics.jsonl", "moments.safetensors"})
    if (name == file) return true;
  return name.ends_with(".safetensors") && (name.starts_with("checkpoint-") || name.starts_with("training-state"));
}

void clear_leftovers(const fs::path& folder) {
  std::set<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::string target = name.substr(0, name.rfind(".tmp-"));
    if (target != name && is_of_training(target)) files.insert(folder / target);
  }
  for (const fs::path& file : files) remove_leftovers(file);
}

}  // namespace

RunLock::RunLock(const RunDirectory& run) {
  const fs::path path = run.path() / "lock";
  descriptor_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!descriptor_.valid()) fail_to_write(path, errno);
  if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0) {
    require(errno != EWOULDBLOCK, "{}: is being trained by {}. Wait for it, or choose another directory.",
            run.path().string(), owner_in(descriptor_));
    return;  // no locks on this file system
  }
  const std::string owner = fmt::format("process {} on {} since {}", ::getpid(), host_name(), utc_now());
  if (::ftruncate(descriptor_.get(), 0) == 0) static_cast<void>(descriptor_.write_all(owner));
  clear_leftovers(run.path());
}

}  // namespace mdsm
