#include "mdsm/engine/ops/flatten.h"

#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

Shape Flatten::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return {x[0][0], element_count(x[0]) / x[0][0]};
}

Tensor Flatten::run_forward(Point& at) const { return at.x[0].flatten(1); }

Tensors Flatten::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints&, Grads*) const {
  return {y_bar.reshape(at.shapes[0])};
}

Tensor Flatten::run_tangent_forward(const Point&, const Tensors& x_dot) const { return x_dot[0].flatten(1); }

Tensors Flatten::run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                      const InputAdjoints& inputs, Grads* grads) const {
  return run_backward(at, y_bar_dot, inputs, grads);
}

}  // namespace mdsm
