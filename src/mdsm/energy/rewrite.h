#pragma once

#include "mdsm/energy/graph.h"

namespace mdsm {

/// A graph with casts to `type` where values of `from` enter ops of reduced arithmetic. Heads and scales stay in
/// `from`.
Graph with_arithmetic(const Graph& graph, at::ScalarType from, at::ScalarType type);

/// A graph where a 3x3 convolution and the 2x2 mean pool after it, or the 2x2 up-sampling before it, are one
/// convolution of stride 2. The same energy with the same parameters: each output takes fewer multiplications.
Graph with_folds(const Graph& graph);

}  // namespace mdsm
