#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"
#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// Which halves a .npy or .npz file has.
struct ArrayHalves {
  bool named = false;  ///< false: all of it is training data
  bool train = true;
  bool test = false;
};
ArrayHalves array_halves(const std::filesystem::path& path);

/// Reads images or vectors from a .npy or .npz file.
///
/// Of a .npz the data are the first array there is of x, images, data and arr_0, and the labels those of y, labels and
/// arr_1. A half of its own has them as x_train, X_train, train_x, train_images, train_data with
/// y_train, train_labels, ...; test and, where there is no test, val in the same way. What images and vectors are:
/// array_images.h; labels: array_labels.h. Whatever was guessed or left out is in the notes.
/// \return images (N, C, H, W) uint8 as they are or float32, or vectors (N, D) float32
/// \throws Error for another type or shape, for values out of range or not finite, if it cannot be told where the
///         channels are, if the half is not there, or as read_npy
LabelledData read_array(const std::filesystem::path& path, Split split = Split::train, const Reading& reading = {});

}  // namespace mdsm
