#include "mdsm/report/cells.h"

#include <fmt/format.h>

#include <cmath>

#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/png.h"

namespace mdsm::report {

std::string number_cell(double value, int figures) {
  return std::isfinite(value) ? fmt::format("{:.{}g}", value, figures) : "-";
}

block::Picture grid_picture(std::string name, const Tensor& images, int64_t columns, std::string alt,
                            std::string caption, int width) {
  return {.name = std::move(name),
          .png = encode_png(image_grid(images.scalar_type() == at::kByte ? images : to_uint8(images), columns)),
          .alt = std::move(alt),
          .caption = std::move(caption),
          .width = width};
}

}  // namespace mdsm::report
