#pragma once

#include <algorithm>

#include "mdsm/data/source.h"
#include "mdsm/energy/precision.h"
#include "mdsm/run/experiment.h"

namespace mdsm {

/// Data that training keeps in memory at once: those of a micro-batch.
int64_t data_in_memory(const TrainOptions& options);

/// Bytes that a training takes at its peak.
struct MemoryNeed {
  int64_t data = 0;      ///< of its set, from beginning to end
  int64_t moments = 0;   ///< while the moments of the data are measured, before the first update
  int64_t training = 0;  ///< while updates are made (estimate_training_memory)

  int64_t beside_data() const { return std::max(moments, training); }
  int64_t total() const { return data + beside_data(); }
};

/// \param held  bytes of the set (Source::held_bytes)
MemoryNeed memory_need(const Experiment& experiment, const Shape& datum_shape, Precision precision, int64_t held);

/// A training in a line: parameters, shape of the data, memory, batches, precision.
std::string training_summary(const Experiment& experiment, const Source& data, Precision precision);

/// Refuses what would not fit into memory: says by which number, and which micro-batch would.
/// \param held       bytes of the set, which is in memory already
/// \param available  bytes that are free beside it
/// \throws Error
void require_memory(const Experiment& experiment, const Shape& datum_shape, Precision precision, int64_t held,
                    int64_t available);

}  // namespace mdsm
