#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mdsm/base/rng.h"

namespace mdsm {

struct SampleOptions;

/// Draws x_0 of a batch of chains: (rows.count(), datum_shape...) float32 on the CPU, a row a function of its own key
/// alone.
using Start = std::function<Tensor(const RandomRows& rows, at::IntArrayRef datum_shape)>;

/// x_0 = centre + scale N(0, I). The paper's start is centre 0.5 and scale 1; appendix B's, the scale of the training
/// noise. \throws Error unless scale is finite and at least 0
Start noise_start(double centre, double scale);

/// x_0 uniform in [0, 1).
Start uniform_start();

/// The names of sample.start: "noise", "uniform".
std::vector<std::string> start_names();

/// The start that the options name. \throws Error for an unknown name
Start build_start(const SampleOptions& options);

}  // namespace mdsm
