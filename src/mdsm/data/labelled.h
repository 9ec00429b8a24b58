#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// A data set in memory, as its file gives it.
struct LabelledData {
  Tensor data;                          ///< images (N, C, H, W) uint8, or vectors (N, D) / images float32
  Tensor labels;                        ///< (N) int64, -1 where unknown
  std::vector<std::string> classes;     ///< names of the labels 0, 1, ...; may be empty
  std::string half = {};                ///< what the half is called, where that is not "train" or "test"
  std::vector<std::string> notes = {};  ///< what a user must know of how they were read
};

}  // namespace mdsm
