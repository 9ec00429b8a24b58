#pragma once

#include "mdsm/parallel/launch.h"

namespace mdsm {

/// Whether this rank is to say why the job ends: rank 0 where it has something to say, else the first that has. Others
/// wait for a moment and are silent: ranks often fail for one reason.
/// \param about_another  the reason is another rank, which may still say its own
bool has_last_word(const Launch& launch, bool about_another);

/// "rank 3 on node7: ", or nothing on rank 0 and where there are no ranks.
std::string speaker(const Launch& launch);

/// Ends the job, if this process has joined one, with this exit code; returns where it has not.
void end_job(int code);

}  // namespace mdsm
