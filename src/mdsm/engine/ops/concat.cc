#include "mdsm/engine/ops/concat.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

std::string Concat::name() const { return fmt::format("concatenation of {}", count_); }

Shape Concat::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, count_);
  Shape y = x[0];
  y.at(1) = 0;
  for (const Shape& shape : x) {
    require_images(name(), shape);
    require(shape[0] == y[0] && shape[2] == y[2] && shape[3] == y[3],
            "{}: inputs of shapes {} and {} (only the channels may differ).", name(), to_text(x[0]), to_text(shape));
    y[1] += shape[1];
  }
  return y;
}

Tensors Concat::adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const {
  Tensors x_bar;
  int64_t first = 0;
  for (const Shape& shape : x) {
    x_bar.push_back(y_bar.narrow(1, first, shape[1]));
    first += shape[1];
  }
  return x_bar;
}

}  // namespace mdsm
