#include "mdsm/engine/ops/sum.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

std::string Sum::name() const { return fmt::format("sum of {}", count_); }

Shape Sum::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, count_);
  for (const Shape& shape : x) {
    require(shape == x[0], "{}: inputs of shapes {} and {} (they must agree).", name(), to_text(x[0]), to_text(shape));
  }
  return x[0];
}

Tensor Sum::run_forward(Point& at) const { return run_tangent_forward(at, at.x); }

Tensors Sum::run_backward(const Point&, const Tensor& y_bar, const InputAdjoints&, Grads*) const {
  return Tensors(count_, y_bar);
}

Tensor Sum::run_tangent_forward(const Point&, const Tensors& x_dot) const {
  Tensor y_dot = x_dot[0] + x_dot[1];
  for (size_t i = 2; i < count_; ++i) y_dot += x_dot[i];
  return y_dot;
}

Tensors Sum::run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                  const InputAdjoints& inputs, Grads* grads) const {
  return run_backward(at, y_bar_dot, inputs, grads);
}

}  // namespace mdsm
