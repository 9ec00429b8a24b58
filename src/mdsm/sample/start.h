#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mdsm/base/rng.h"
#include "mdsm/sample/context.h"

namespace mdsm {

struct SampleOptions;

/// Draws x_0 of a batch of chains: (rows.count(), datum_shape...) float32 on the CPU, a row a function of its own key
/// alone.
using Start = std::function<Tensor(const RandomRows& rows, at::IntArrayRef datum_shape)>;

/// x_0 = centre + scale N(0, I). The paper's start is centre 0.5 and scale 1; appendix B's, the scale of the training
/// noise.
/// \throws Error unless scale is finite and at least 0
Start noise_start(double centre, double scale);

/// x_0 uniform in [0, 1).
Start uniform_start();

/// x_0 = mean of the data + scale N(0, I).
/// \throws Error as noise_start
Start mean_start(std::shared_ptr<const DataMoments> moments, double scale);

/// x_0 ~ N(mean, C) + scale N(0, I) with the data's mean and covariance C: the Gaussian next to the data smoothed with
/// noise of that scale, to which they come the nearer the larger it is.
/// \throws Error as noise_start
Start gaussian_start(std::shared_ptr<const DataMoments> moments, double scale);

/// The names of sample.start: "default", "noise", "uniform", "mean", "gaussian".
std::vector<std::string> start_names();

/// The start that the options name.
/// \throws Error for an unknown name, and for 'mean' and 'gaussian' where the data's moments are not known
Start build_start(const SampleOptions& options, const SampleContext& context);

}  // namespace mdsm
