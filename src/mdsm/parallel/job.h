#pragma once

#include "mdsm/parallel/communicator.h"

namespace mdsm {

/// The ranks that this thread works with: those of the job that the process has joined (join.h), or it alone.
///
/// Long work of this library is split over them by itself: every rank makes the same call, and all get the whole
/// result. Files are written by the rank that leads (formats/file.h). A process that has joined nothing notices none
/// of this.
Communicator& job();
/// Those of the job that the process has joined, whatever this thread does just now.
Communicator& whole_job();

/// While it lives, this thread works with these ranks. Scopes nest.
class WorksWith {
 public:
  explicit WorksWith(Communicator& ranks);
  ~WorksWith();
  WorksWith(const WorksWith&) = delete;
  WorksWith& operator=(const WorksWith&) = delete;

 private:
  Communicator* before_;
};

/// While it lives, this thread works alone: what it calls is not split, and it writes its own files.
class Solo {
 public:
  Solo() : scope_(alone_) {}

 private:
  Communicator alone_;
  WorksWith scope_;
};

/// From here on all threads of the process work with these ranks, unless they say otherwise. They live to the end of the
/// process.
void set_job(Communicator& ranks);

}  // namespace mdsm
