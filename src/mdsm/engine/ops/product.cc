#include "mdsm/engine/ops/product.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

Shape Product::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 2);
  require(x[0] == x[1], "{}: inputs of shapes {} and {} (they must agree).", name(), to_text(x[0]), to_text(x[1]));
  return x[0];
}

// (M2)
Tensors Product::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return Tensors(2);
  return {y_bar * at.x[1], y_bar * at.x[0]};
}

// (M3)
Tensor Product::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  return (x_dot[0] * at.x[1]).addcmul_(at.x[0], x_dot[1]);
}

// (M4)
Tensors Product::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                                      const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return Tensors(2);
  return {(y_bar_dot * at.x[1]).addcmul_(y_bar, dot.x[1]), (y_bar_dot * at.x[0]).addcmul_(y_bar, dot.x[0])};
}

Shape Square::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return x[0];
}

Tensors Square::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  return {(y_bar * at.x[0]).mul_(2)};
}

Tensor Square::run_tangent_forward(const Point& at, const Tensors& x_dot) const { return (x_dot[0] * at.x[0]).mul_(2); }

Tensors Square::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                                     const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  return {(y_bar_dot * at.x[0]).addcmul_(y_bar, dot.x[0]).mul_(2)};
}

}  // namespace mdsm
