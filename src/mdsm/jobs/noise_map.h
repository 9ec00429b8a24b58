#pragma once

#include "mdsm/run/checkpoint.h"

namespace mdsm {

/// Pixels a side of the windows of a noise map, and from one to the next; of smaller images the image is the window.
inline constexpr int64_t kNoiseWindow = 64, kNoiseStep = 32;

/// The noise of one image place by place, (h, w) float32 in units of pixels: in each window the estimate of noise_levels()
/// (noise_level.h), between their middles interpolated. Noise that is the same everywhere is found with a standard error of
/// about 1 % a window, that of 64 x 64 pixels; edges of noise are smoothed over a window.
///
/// A function of the image alone.
/// \param noisy     (1, C, H, W) in the energy's shape or, where it takes any, the image's own
/// \param denoised  D(noisy), shaped like it
/// \param own       shape of the image in the middle of its frame (in_frame)
/// \throws Error for data that are no images
Tensor noise_map(const TrainedEnergy& trained, const Tensor& noisy, const Tensor& denoised, const Shape& own);

}  // namespace mdsm
