#pragma once

#include <span>
#include <string>
#include <vector>

#include "mdsm/engine/parameters.h"

namespace mdsm {

/// One parameter of a network before it has values.
struct ParameterShape {
  std::string name;
  Shape shape;
  int64_t fan_in;  ///< inputs that each output of its layer sums: what sets the size of the first weights
};

/// Number of scalars in all shapes.
int64_t scalar_count(std::span<const ParameterShape> shapes);

/// float32 tensors of these shapes, uniform in +-1/sqrt(fan_in): PyTorch's own start for Conv2d and Linear, biases
/// included.
///
/// Tensor i is row (seed, Stream::initial_weights, step 0, slot i) of the random numbers, so the weights depend on the
/// seed and the network alone.
Parameters draw_parameters(std::span<const ParameterShape> shapes, uint64_t seed);

}  // namespace mdsm
