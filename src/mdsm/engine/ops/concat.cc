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

Tensor Concat::run_forward(Point& at) const { return run_tangent_forward(at, at.x); }

Tensors Concat::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints&, Grads*) const {
  Tensors x_bar;
  int64_t first = 0;
  for (const Shape& shape : at.shapes) {
    x_bar.push_back(y_bar.narrow(1, first, shape[1]));
    first += shape[1];
  }
  return x_bar;
}

Tensor Concat::run_tangent_forward(const Point&, const Tensors& x_dot) const { return at::cat(x_dot, 1); }

Tensors Concat::run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                     const InputAdjoints& inputs, Grads* grads) const {
  return run_backward(at, y_bar_dot, inputs, grads);
}

}  // namespace mdsm
