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

/// "prefix.weight" (out, in, kernel, kernel) and, with a bias, "prefix.bias" (out): the layout of PyTorch's Conv2d.
enum class Bias { none, learned };
void append_conv(std::vector<ParameterShape>& list, const std::string& prefix, int64_t in, int64_t out, int64_t kernel,
                 Bias bias);
/// "prefix.weight" (out, in) and "prefix.bias" (out): the layout of PyTorch's Linear.
void append_linear(std::vector<ParameterShape>& list, const std::string& prefix, int64_t in, int64_t out);

/// Number of scalars in all shapes.
int64_t scalar_count(std::span<const ParameterShape> shapes);

/// float32 tensors of these shapes, uniform in +-1/sqrt(fan_in): PyTorch's own start for Conv2d and Linear, biases
/// included.
///
/// Tensor i is row (seed, Stream::initial_weights, step 0, slot i) of the random numbers, so the weights depend on the
/// seed and the network alone.
Parameters draw_parameters(std::span<const ParameterShape> shapes, uint64_t seed);

}  // namespace mdsm
