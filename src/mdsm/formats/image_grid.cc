#include "mdsm/formats/image_grid.h"

#include <algorithm>

#include "mdsm/base/error.h"

namespace mdsm {

Tensor to_uint8(const Tensor& x) {
  require(at::isFloatingType(x.scalar_type()), "to_uint8: the pixels are {} (expected floating point in [0, 1]).",
          c10::toString(x.scalar_type()));
  return x.detach().to(at::kFloat).mul(255).add(0.5).clamp(0, 255).nan_to_num(0).to(at::kByte);
}

int64_t square_columns(int64_t count) {
  int64_t columns = 1;
  while (columns * columns < count) ++columns;
  return columns;
}

Tensor image_grid(const Tensor& x, int64_t columns, int64_t padding) {
  require(x.dim() == 4 && x.size(0) >= 1,
          "image_grid: the images have shape {} (expected (B, C, H, W) with B at least 1).", to_text(x.sizes()));
  require(columns >= 1 && padding >= 0, "image_grid: {} columns, padding {} (expected at least 1 and 0).", columns,
          padding);
  columns = std::min(columns, x.size(0));
  const int64_t rows = (x.size(0) + columns - 1) / columns;
  const int64_t height = x.size(2) + padding;
  const int64_t width = x.size(3) + padding;
  Tensor grid = at::zeros({x.size(1), rows * height + padding, columns * width + padding}, x.options());
  for (int64_t i = 0; i < x.size(0); ++i) {
    grid.narrow(1, i / columns * height + padding, x.size(2))
        .narrow(2, i % columns * width + padding, x.size(3))
        .copy_(x[i].detach());
  }
  return grid;
}

}  // namespace mdsm
