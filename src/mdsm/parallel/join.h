#pragma once

#include "mdsm/parallel/launch.h"

namespace mdsm {

/// Makes this process a rank of the job that it was launched in: job() are its ranks from then on. Where nothing
/// launched it, nothing happens. Once a process, from its main thread.
///
/// MPI and Gloo are libraries beside libmdsm that are loaded here, so that one program serves machines with and without.
/// A rank waits for another for ten minutes at most, or as many seconds as $MDSM_RANK_TIMEOUT says.
/// \throws Error if the library is not there, the ranks do not find each other, or they are of different versions
void join_job(const Launch& launch);

/// Leaves the job when all ranks have come here. What was joined is gone: job() is this process alone.
void leave_job();

}  // namespace mdsm
