#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// A data set in memory, as its file gives it.
struct LabelledData {
  Tensor data;                       ///< images (N, C, H, W) uint8, or vectors (N, D) / images float32
  Tensor labels;                     ///< (N) int64, -1 where unknown
  std::vector<std::string> classes;  ///< names of the labels 0, 1, ...; may be empty
};

/// Brings one image (C, H, W) uint8, or a stack of them (N, C, H, W), to the shape that all images of a set must have.
/// Empty: they have it already.
using PrepareImage = std::function<Tensor(const Tensor& image)>;

}  // namespace mdsm
