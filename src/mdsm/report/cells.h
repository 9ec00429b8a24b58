#pragma once

#include <string>

#include "mdsm/base/tensor.h"
#include "mdsm/report/page.h"

namespace mdsm::report {

/// A number in at most `figures` figures; "-" for what is not finite.
std::string number_cell(double value, int figures = 5);

/// A grid of images (B, C, H, W), uint8 or in [0, 1] (clamped), as the picture of a page.
/// \param columns  images a row
block::Picture grid_picture(std::string name, const Tensor& images, int64_t columns, std::string alt,
                            std::string caption, int width = 0);

}  // namespace mdsm::report
