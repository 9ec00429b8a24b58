#pragma once

#include <cstdint>
#include <functional>

#include "mdsm/base/tensor.h"
#include "mdsm/formats/image_file.h"

namespace mdsm {

/// Brings one image (C, H, W), 8-bit or float32 in [0, 1], or a stack of them (N, C, H, W), to the shape that all
/// images of a set must have. Empty: they have it already. Called from several threads.
using PrepareImage = std::function<Tensor(const Tensor& image)>;

/// Whether folders named train, test, val, ... are the halves of a set.
enum class HalfFolders {
  automatic,  ///< where nothing else can be meant; an error where it can
  always,     ///< what lies beside them is left out
  never,      ///< they are classes
};

/// Where the channels of an array of images are.
enum class AxisOrder { automatic, channels_first, channels_last };

/// What becomes of float pixels outside [0, 1].
enum class OutOfRange {
  refused,  ///< an error: data to train on have another scale than meant
  clamped,  ///< cut to [0, 1]: samples, which overshoot a little
  kept,     ///< as they are: noisy images
};

/// How data are read, apart from where they lie.
struct Reading {
  PrepareImage prepare = {};
  uint8_t background = kBackground;  ///< grey level behind transparent pixels
  bool skip_unreadable = false;      ///< leave out image files that cannot be decoded, instead of an error
  HalfFolders halves = HalfFolders::automatic;
  AxisOrder axes = AxisOrder::automatic;
  OutOfRange out_of_range = OutOfRange::refused;
};

}  // namespace mdsm
