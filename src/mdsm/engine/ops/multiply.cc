#include "mdsm/engine/ops/multiply.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

Multiply::Multiply(double factor) : factor_(factor) {
  require(std::isfinite(factor) && factor != 0, "Multiply: the factor is {} (expected a number other than 0).", factor);
}

std::string Multiply::name() const { return fmt::format("multiply by {:.6g}", factor_); }

Shape Multiply::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return x[0];
}

Tensor Multiply::run_forward(Point& at) const { return at.x[0] * factor_; }

Tensors Multiply::run_backward(const Point&, const Tensor& y_bar, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  return {y_bar * factor_};
}

Tensor Multiply::run_tangent_forward(const Point&, const Tensors& x_dot) const { return x_dot[0] * factor_; }

Tensors Multiply::run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                       const InputAdjoints& inputs, Grads* grads) const {
  return run_backward(at, y_bar_dot, inputs, grads);
}

}  // namespace mdsm
