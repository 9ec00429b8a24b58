#pragma once

#include <string>

#include "mdsm/run/run_directory.h"

namespace mdsm {

/// Keeps the training state that is there as the previous one, before the next is written: a run outlives a state that a
/// disk, a copy or a hand has damaged.
void keep_previous_state(const RunDirectory& run);

/// Where the training state cannot be read, or is that of another run (its experiment is not the run's), but the previous
/// one is good, this takes its place; the other is kept as training-state-damaged.safetensors. The updates since are made
/// again. A state that a newer mdsm wrote is left alone.
/// \return  what was done, to be said; empty where nothing was
std::string mend_state(const RunDirectory& run);

}  // namespace mdsm
