#pragma once

#include <filesystem>

#include "mdsm/base/tensor.h"

namespace mdsm {

// What a blur spreads each pixel over: (K, L) float64, odd sides, sum 1, the pixel itself in the middle.

/// exp(-r^2 / (2 sigma^2)) out to 3 sigma.
/// \throws Error unless sigma > 0
Tensor gaussian_kernel(double sigma);

/// A square of `size` x `size` equal weights.
/// \throws Error unless size is odd and positive
Tensor box_kernel(int64_t size);

/// A straight, steady movement: a line of this many pixels through the middle, each point of it shared among the four
/// pixels around it (bilinear).
/// \param degrees  from the right counter-clockwise, as the picture is seen
/// \throws Error unless length > 0
Tensor motion_kernel(double length, double degrees);

/// Whether the file's name says that it can hold a kernel.
bool is_kernel_file(const std::filesystem::path& path);

/// Out of a picture, black where there is no weight (the mean of its channels), or an array X.npy (K, L); scaled to sum 1.
/// \throws Error if it cannot be read, has even sides, or no positive sum
Tensor read_kernel(const std::filesystem::path& path);

/// Whether it is its own mirror image along both axes.
bool is_symmetric(const Tensor& kernel);

}  // namespace mdsm
