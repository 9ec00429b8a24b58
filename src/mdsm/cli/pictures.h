#pragma once

#include <span>
#include <string>

#include "mdsm/base/tensor.h"
#include "mdsm/cli/animation.h"

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

/// The same of an animation.
/// \param animate  file .png or .apng; may be empty
void require_animation(const std::string& animate, const Shape& datum_shape);

/// Writes the animation, if one is wanted, and prints its name.
void write_animation(const FrameRecorder& frames, std::span<const uint64_t> seeds, const std::string& animate,
                     const PictureLabel& label);

/// Writes samples (N, ...) as a folder of PNG files or an array, and as one grid; prints each name on stdout.
void write_pictures(const Tensor& samples, std::span<const uint64_t> seeds, const std::string& out,
                    const std::string& grid, const PictureLabel& label);

}  // namespace mdsm::cli
