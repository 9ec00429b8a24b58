#pragma once

#include <string>

#include "mdsm/jobs/denoising.h"

namespace mdsm {

/// What denoising leaves open: the posterior covariance sigma^2 J (evaluate/curvature/denoiser_jacobian.h) at each noisy
/// image, sigma the noise that was found in it.
struct Uncertainty {
  Tensor deviation;   ///< (N, datum_shape...) float32: standard deviation of each pixel
  Tensor error;       ///< (N) float64: the squared error to expect, summed over the image
  Tensor spread;      ///< (N, K) float64: standard deviations along the K least certain directions, largest first
  Tensor directions;  ///< (N, K, datum_shape...) float32, orthonormal
};

/// Each image by itself, with the same probes: a function of the image and the seed.
/// \param directions  K, at least 1 and at most the dimensions of an image
/// \throws Error as leading_eigenpairs(); (failure) where they are not finite; what the watch throws
Uncertainty uncertainty_of(const TrainedEnergy& trained, const DenoisedImages& images, int64_t directions,
                           uint64_t seed, const Watch& watch = {});

/// Into the folder of write_denoised(): NAME-deviation.png, white where the deviation is largest, and NAME-direction-K.png,
/// the denoised image between two that lie two deviations along the direction. For an array X.npy: X-deviation.npy and
/// X-directions.npy, the latter as long as their deviations.
void write_uncertainty(const Uncertainty& found, const DenoisedImages& images, const std::string& out,
                       const PngTexts& texts);

/// Both, as the request asks.
/// \throws Error if `out` is empty
void write_uncertainty(const TrainedEnergy& trained, const DenoisedImages& images, const DenoisingRequest& request,
                       const std::string& out, const PngTexts& texts, const Watch& watch = {});

}  // namespace mdsm
