#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

// Transforms of images (N, C, H, W) or (C, H, W), uint8 or float32 in and the same out: a data set of bytes stays so in
// memory.

/// Grey to colour (three equal channels) or colour to grey (luma of ITU-R BT.601; bytes are rounded), or nothing.
/// \throws Error unless the image has 1 or 3 channels and `channels` is 1 or 3
Tensor to_channels(const Tensor& images, int64_t channels);

/// The square of `size` pixels in the middle; where the margin is odd, one pixel nearer to the top left.
/// \throws Error if the images are smaller
Tensor centre_crop(const Tensor& images, int64_t size);

/// The largest square in the middle: the shorter side long.
Tensor centre_square(const Tensor& images);

/// Bilinear with antialias (each output pixel averages all input pixels under its tent), half-pixel centres; bytes are rounded.
Tensor resize(const Tensor& images, int64_t height, int64_t width);

/// Zeros around the images up to `size` x `size`, one pixel fewer at the top left where the border is odd.
/// \throws Error if the images are larger
Tensor pad_to(const Tensor& images, int64_t size);

/// Mirrors those rows of a float batch (B, C, H, W) left to right that `mirrored` (B) bool names.
Tensor flip_rows(const Tensor& x, const Tensor& mirrored);

}  // namespace mdsm
