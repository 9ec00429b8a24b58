#pragma once

#include <string>

#include "mdsm/benchmark/cases.h"

namespace mdsm {

/// Where the time of a training step goes: the list of ops as the network has it and the list that runs, each with the
/// operations and the least time of `runs` steps for each pass of each op, and the method of every convolution with the
/// slower ones beside it.
std::string explain(const BenchmarkCase& what, const GraphOptions& options, int runs);

}  // namespace mdsm
