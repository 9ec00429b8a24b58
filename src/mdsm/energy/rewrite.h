#pragma once

#include "mdsm/energy/graph.h"

namespace mdsm {

/// A graph with casts to `type` where values of `from` enter ops of reduced arithmetic. Heads and scales stay in
/// `from`.
Graph with_arithmetic(const Graph& graph, at::ScalarType from, at::ScalarType type);

}  // namespace mdsm
