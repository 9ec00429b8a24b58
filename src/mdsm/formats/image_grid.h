#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Pixels of a file: x * 255 + 0.5, clamped to 0..255 and cut to an integer; what is not a number becomes 0.
///
/// Any shape, any floating-point type. Source: torchvision's save_image; every metric is measured on images that went
/// this way.
Tensor to_uint8(const Tensor& x);

/// Columns of the nearly square grid of `count` images: the square root, rounded up; at least 1.
int64_t square_columns(int64_t count);

/// Images side by side in reading order, black between, around and after them.
/// \param x        (B, C, H, W) of any type, B at least 1
/// \param columns  images a row; fewer images than that make one shorter row
/// \param padding  pixels between images and around them
/// \return         (C, rows * (H + padding) + padding, columns * (W + padding) + padding), type of x
/// \throws Error if x is no such batch, columns < 1 or padding < 0
Tensor image_grid(const Tensor& x, int64_t columns, int64_t padding = 2);

}  // namespace mdsm
