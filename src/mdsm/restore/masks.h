#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

// Masks (1, H, W) float32 of in-painting: 1 where a pixel is measured, 0 where it is missing.

enum class ImageSide { left, right };

/// One half is missing: columns W/2 .. W - 1 (right), or 0 .. W/2 - 1 (left).
/// \throws Error if W < 2
Tensor half_mask(ImageSide missing, int64_t height, int64_t width);

/// A rectangle in the middle is missing, `fraction` of the height by `fraction` of the width, each rounded to at least
/// a pixel.
/// \throws Error unless 0 < fraction < 1 and something is left
Tensor box_mask(double fraction, int64_t height, int64_t width);

/// round(fraction H W) pixels, at least 1, are measured: a random set of exactly that many.
/// \throws Error unless 0 < fraction <= 1
Tensor random_mask(double fraction, uint64_t seed, int64_t height, int64_t width);

/// Of an image (C, H, W) uint8, as people draw masks: measured where the mean of its channels is at least 128.
Tensor image_mask(const Tensor& image);

/// A mask out of an image file, and what a user must know of it.
struct MaskFile {
  Tensor mask;
  std::vector<std::string> notes;  ///< how many pixels are missing, and what was neither black nor white
};

/// image_mask of a PNG or JPEG file; transparent pixels count as missing.
/// \throws Error if it is no image, or nothing is measured
MaskFile read_mask(const std::filesystem::path& path);

}  // namespace mdsm
