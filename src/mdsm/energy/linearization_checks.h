#pragma once

#include <string_view>

#include "mdsm/engine/parameters.h"

namespace mdsm {

/// What every Linearization asks of its arguments, so that a bad one is rejected alike by all.

/// Throws unless a direction (v, or the weights of values) has the shape of what it multiplies; `name` opens the text.
void require_direction(const Tensor& direction, const Tensor& like, std::string_view name);

/// Throws unless there is one accumulator a parameter.
void require_accumulators(const Gradients& out, size_t parameters);

}  // namespace mdsm
