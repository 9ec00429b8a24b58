#include "mdsm/engine/ops/cast.h"

#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

std::string Cast::name() const { return fmt::format("cast to {}", toString(to_)); }

Shape Cast::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return x[0];
}

Tensor Cast::run_forward(Point& at) const { return at.x[0].to(to_); }

Tensors Cast::run_backward(const Point&, const Tensor& y_bar, const InputAdjoints&, Grads*) const {
  return {y_bar.to(from_)};
}

Tensor Cast::run_tangent_forward(const Point&, const Tensors& x_dot) const { return x_dot[0].to(to_); }

Tensors Cast::run_tangent_backward(const Point&, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                   const InputAdjoints&, Grads*) const {
  return {y_bar_dot.to(from_)};
}

}  // namespace mdsm
