#pragma once

#include "mdsm/energy/precision.h"
#include "mdsm/run/experiment.h"

namespace mdsm {

/// Data that training keeps in memory at once: those of a micro-batch.
int64_t data_in_memory(const TrainOptions& options);

/// Bytes that training this experiment takes at its peak (estimate_training_memory).
int64_t training_memory(const Experiment& experiment, const Shape& datum_shape, Precision precision);

/// Refuses what would not fit into memory, and says which micro-batch would.
/// \param available  bytes that are free
/// \throws Error
void require_memory(const Experiment& experiment, const Shape& datum_shape, Precision precision, int64_t available);

}  // namespace mdsm
