#pragma once

#include <string>

#include "mdsm/base/tensor.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

/// Says which datum, and whether it is the datum's fault.
/// \param scores  (B) or (B, K), of the data x, of which `first` come before
/// \throws Error (failure) unless all are finite
void require_finite_scores(const Tensor& scores, const Tensor& x, const std::string& name, int64_t first);

/// Name of the first value among results, or column of a table, with a number that is not finite; empty where there is
/// none.
/// \param but  a name that is not looked at
std::string first_not_finite(const Results& results, std::string_view but = {});

}  // namespace mdsm
