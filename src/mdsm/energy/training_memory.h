#pragma once

#include "mdsm/energy/build.h"

namespace mdsm {

/// Bytes a datum that one training step keeps until its last pass: values, tangents and adjoints that the passes of the
/// ops read, each in the type in which it is stored.
int64_t kept_bytes(const Graph& graph);

/// Bytes by which training with (micro-)batches of `batch` raises the resident memory of the process at its peak:
/// weights, gradient, two moments and moving average, and what the four passes keep and work with.
/// \throws Error as build_energy does, or for a batch below 1
int64_t estimate_training_memory(const EnergyOptions& options, const Shape& datum_shape, int64_t batch,
                                 Precision precision);

}  // namespace mdsm
