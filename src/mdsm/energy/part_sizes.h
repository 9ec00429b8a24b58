#pragma once

#include <functional>
#include <vector>

#include "mdsm/energy/energy.h"

namespace mdsm {

/// Energy and gradient of a batch, computed as one part.
using PartFunction = std::function<ValueAndGradient(const Tensor& x)>;

/// The powers of two up to `largest` at which `evaluate` gives each row of `x` the bits that it has at the largest;
/// {1} if there a row's bits depend on its place.
/// \param x  (largest, ...)
std::vector<int64_t> agreeing_sizes(const PartFunction& evaluate, const Tensor& x);

/// Weights on which a test of rounding is worth its name: normal, of variance 1 / fan-in, whatever they are now (first
/// weights may be 0).
Parameters test_weights(const Parameters& like);

/// (count, ...): what a test of rounding is made on.
Tensor test_data(int64_t count, const Shape& datum_shape, at::ScalarType type);

}  // namespace mdsm
