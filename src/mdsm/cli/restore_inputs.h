#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm::cli {

/// Images of one shape, named.
struct ImageInputs {
  std::vector<std::string> names;
  Tensor images;  ///< (N, C, h, w) float32 in [0, 1], without the border that the run's data got
};

/// What an input is to the run.
enum class InputKind {
  truth,        ///< images such as the energy knows, brought to its channels and size as the run's own data were
  measurement,  ///< read as they are
};

/// Reads image files and data sets, in the order given.
/// \param count  images of each data set, its first; 0: 16, or all if there are fewer
/// \throws Error if something is not there or no image, or the images differ in shape
ImageInputs read_images(const std::vector<std::string>& arguments, int64_t count, InputKind kind,
                        const TrainedEnergy& trained);

}  // namespace mdsm::cli
