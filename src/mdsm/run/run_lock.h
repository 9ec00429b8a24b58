#pragma once

#include "mdsm/run/run_directory.h"
#include "mdsm/system/file_descriptor.h"

namespace mdsm {

/// Holds a run directory for one training: two that write into one would mix their logs and overwrite their states.
///
/// It is a lock of the file "lock" in the directory (flock), which the kernel lets go when its owner ends, however it
/// ends. It counts between machines where the file system carries such locks (NFS on Linux does); where it has none,
/// nothing is held.
class RunLock {
 public:
  /// Takes the lock, and removes the temporary files that a killed training left.
  /// \throws Error if another training holds it; the text names its process
  explicit RunLock(const RunDirectory& run);

 private:
  FileDescriptor descriptor_;
};

}  // namespace mdsm
