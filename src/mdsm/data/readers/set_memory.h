#pragma once

#include <string>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Memory for a whole set of this shape, (N, ...), not yet touched.
/// \param origin  path of the set, for the error
/// \throws Error that says how much is asked for and how much is free, if it does not fit
Tensor allocate_set(const std::string& origin, const Shape& shape, at::ScalarType type);

/// Data of `datum_bytes` that are read at once: some MiB of them.
int64_t piece_of(int64_t datum_bytes);

}  // namespace mdsm
