#pragma once

#include "mdsm/train/state.h"
#include "mdsm/train/training_data.h"

namespace mdsm {

// The ranks of a job (parallel/job.h) train one thing.

/// Every rank has read the same experiment and the same data: their number, shape, and the bytes of 256 that stand for
/// them.
/// \throws Error that names what differs, and the ranks; if there are more ranks than data in a batch
void require_agreement(const Experiment& experiment, const TrainingData& data, Precision precision);

/// Every rank holds the same weights: their updates are made on each, and processors that round otherwise would drift
/// apart.
/// \throws Error (failure) that names the ranks
void require_same_weights(const TrainState& state);

}  // namespace mdsm
