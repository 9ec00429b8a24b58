#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mdsm/energy/graph_energy.h"

namespace mdsm {

/// One network and batch whose speed is measured: bench/peers does the same work in PyTorch.
struct BenchmarkCase {
  std::string name;  ///< "res12-w16-b128"
  Shape image;
  int64_t batch;
  Graph (*graph)();  ///< the network, not yet rewritten
  Parameters (*parameters)(uint64_t seed);
};

/// Res12 at width 16 and batch 128, at width 64 and batch 32, and the U-Net at width 16 and batch 64.
const std::vector<BenchmarkCase>& benchmark_cases();

/// \throws Error that names the nearest
const BenchmarkCase& benchmark_case(const std::string& name);

}  // namespace mdsm
