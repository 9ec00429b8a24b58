#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Class numbers (N), -1 where unknown, out of an array as people store labels: whole numbers of at least -1, (N) or
/// (N, 1), or one-hot rows (N, K) of any type (a row of zeros is unknown). What is no class numbers is ignored, which the notes then say.
/// \param what  names the array in texts
/// \throws Error if there is not one label a datum
Tensor class_numbers(const Tensor& labels, int64_t count, const std::string& what, std::vector<std::string>& notes);

/// Labels of which nothing is known.
Tensor no_labels(int64_t count);

}  // namespace mdsm
