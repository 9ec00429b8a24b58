#pragma once

#include <span>
#include <string>

#include "mdsm/base/tensor.h"

namespace mdsm::cli {

/// What a picture's text chunks say of where it comes from.
struct PictureLabel {
  std::string run;
  std::string sampler;
  int64_t gradients = 0;
};

/// Checks, before any work, that samples of this shape can be written there: a picture needs (C, H, W) with C = 1 or 3.
/// \param out   folder, or a file .npy; may be empty
/// \param grid  file .png; may be empty
void require_output(const std::string& out, const std::string& grid, const Shape& datum_shape);

/// Writes samples (N, ...) as a folder of PNG files or an array, and as one grid; prints each name on stdout.
void write_pictures(const Tensor& samples, std::span<const uint64_t> seeds, const std::string& out,
                    const std::string& grid, const PictureLabel& label);

}  // namespace mdsm::cli
