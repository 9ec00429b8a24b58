#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"

namespace mdsm {

/// What becomes of float pixels outside [0, 1].
enum class OutOfRange {
  refused,  ///< an error: data to train on have another scale than meant
  clamped,  ///< cut to [0, 1]: samples, which overshoot a little
};

/// Reads images or vectors from a .npy or .npz file.
///
/// Images are uint8, or float32 or float64 in [0, 1], of shape (N, H, W), (N, H, W, C) or (N, C, H, W) with C 1 or 3;
/// vectors are float32 or float64, (N, D). Of a .npz, the data are the first array there is of x, images, data and
/// arr_0, and the labels, (N) integers of at least -1, those of y or labels; without these all labels are -1.
/// \return images (N, C, H, W) uint8 as they are or float32, or vectors (N, D) float32
/// \throws Error for another type or shape, for values out of range or not finite, if it cannot be told where the
///         channels are, or as read_npy
LabelledData read_array(const std::filesystem::path& path, OutOfRange out_of_range = OutOfRange::refused);

}  // namespace mdsm
