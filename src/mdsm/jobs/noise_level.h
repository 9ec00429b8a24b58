#pragma once

#include <vector>

#include "mdsm/base/rng.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm {

/// The noise of each image of a batch, a standard deviation in units of pixels: of y it is ||y - D(y)|| / sqrt(d - tr J),
/// J = dD/dy, which where D is the posterior mean is sigma on average (docs/derivations/curvature.md, (6)). tr J comes
/// from one vector of random signs, for large pictures on six windows that stand for the picture.
///
/// A function of the image alone: neither neighbours nor threads change it.
/// \param noisy     (B, ...) in the energy's shape or, where it takes any, the images' own
/// \param denoised  D(noisy), shaped like it
/// \param own       shape of each image in the middle of its frame (in_frame)
std::vector<double> noise_levels(const TrainedEnergy& trained, const Tensor& noisy, const Tensor& denoised,
                                 const std::vector<Shape>& own);

/// sigma of (6), where it is bounded: a denoiser that lets nearly all through says nothing of the noise.
/// \param removed  |y - D(y)|^2 a coordinate
/// \param passed   tr J a coordinate
double sigma_of(double removed, double passed);

/// The random signs that tr J is found with, the same for every image.
RandomRows noise_probe();

}  // namespace mdsm
