#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// How images are brought to a feature network's size. Scores under different modes must not be compared.
enum class ResizeMode {
  tf,       ///< TensorFlow 1's bilinear: source = target * in/out, no half-pixel offset, no antialias; torch-fidelity
  pytorch,  ///< bilinear with half-pixel centres, no antialias; pytorch-fid
  clean,    ///< bicubic (a = -1/2) with antialias, as Pillow does on float images, clipped to 0..255; clean-fid
};

/// "tf", "pytorch", "clean", in the order of the enum.
const std::vector<std::string>& resize_mode_names();
/// \throws Error that names the nearest
ResizeMode resize_mode(const std::string& name);

/// Square images of `size` pixels, (B, C, size, size) float32 in 0..255, not rounded.
/// \param pixels  (B, C, H, W) uint8
Tensor resample(const Tensor& pixels, ResizeMode mode, int64_t size);

}  // namespace mdsm
