#pragma once

#include "mdsm/engine/graph.h"

namespace mdsm {

/// A graph with casts between `from`, the type of inputs and parameters, and `type`, as each op's arithmetic() wants its
/// inputs. Heads and scales stay in `from`.
Graph with_arithmetic(const Graph& graph, at::ScalarType from, at::ScalarType type);

/// The same energy with the same parameters, fewer multiplications and less memory (docs/derivations/engine.md, Folds):
///
///   * a 3x3 convolution and the 2x2 mean pool after it, or the 2x2 up-sampling before it, are one convolution of
///     stride 2; a 1x1 convolution runs before the up-sampling;
///   * a convolution of a concatenation is a sum of convolutions, each with its part of the weight: no concatenated
///   copy
///     is made;
///   * pointwise functions run before up-samplings and concatenations.
Graph with_folds(const Graph& graph);

}  // namespace mdsm
