#pragma once

#include "mdsm/benchmark/cases.h"
#include "mdsm/energy/networks/resnet.h"

namespace mdsm::testing {

inline ResNetSpec tiny_spec() { return {.image = {1, 8, 8}, .width = 2, .depth = 6}; }

/// A network that a test can afford.
inline BenchmarkCase tiny_case() {
  return {"tiny", tiny_spec().image, 4, [] { return resnet_graph(tiny_spec()); },
          [](uint64_t seed) { return resnet_parameters(tiny_spec(), seed); }};
}

}  // namespace mdsm::testing
