#include "mdsm/engine/ops/scale.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

Tensor product_sum(const Tensor& a, const Tensor& b) { return sum_per_datum(a * b); }

}  // namespace

RootMeanSquare::RootMeanSquare(double floor) : floor_(floor) {
  require(floor > 0, "RootMeanSquare: floor is {} (it must be above 0, or s has no derivative at x = 0).", floor);
}

Shape RootMeanSquare::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require(x[0].size() >= 2, "{}: the input has shape {} (expected a batch).", name(), to_text(x[0]));
  return {x[0][0]};
}

// (S1)
Tensor RootMeanSquare::run_forward(Point& at) const {
  const Tensor& x = at.x[0];
  const Tensor s = (x.pow(2).flatten(1).mean(1) + floor_).sqrt();
  at.kept = {s};
  return s;
}

// (S2): s_x = x / (d s)
Tensors RootMeanSquare::run_backward(const Point& at, const Tensor& s_bar, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  const Tensor& x = at.x[0];
  const double d = static_cast<double>(x[0].numel());
  return {per_datum(s_bar / (d * at.kept[0]), x) * x};
}

// (S3)
Tensor RootMeanSquare::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  const double d = static_cast<double>(at.x[0][0].numel());
  return product_sum(at.x[0], x_dot[0]) / (d * at.kept[0]);
}

// (S4)
Tensors RootMeanSquare::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& s_bar,
                                             const Tensor& s_bar_dot, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  const Tensor& x = at.x[0];
  const Tensor& s = at.kept[0];
  const double d = static_cast<double>(x[0].numel());
  const Tensor s_dot = product_sum(x, dot.x[0]) / (d * s);
  return {per_datum((s_bar_dot - s_bar * s_dot / s) / (d * s), x) * x + per_datum(s_bar / (d * s), x) * dot.x[0]};
}

Shape DivideByScale::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 2);
  require(x[0].size() >= 2 && x[1] == Shape{x[0][0]}, "{}: inputs of shapes {} and {} (expected (B, ...) and (B)).",
          name(), to_text(x[0]), to_text(x[1]));
  return x[0];
}

// (Z1)
Tensor DivideByScale::run_forward(Point& at) const { return at.x[0] / per_datum(at.x[1], at.x[0]); }

// (Z2)
Tensors DivideByScale::run_backward(const Point& at, const Tensor& z_bar, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor(), Tensor()};
  const Tensor& x = at.x[0];
  const Tensor& s = at.x[1];
  return {z_bar / per_datum(s, x), -product_sum(z_bar, x) / (s * s)};
}

// (Z3)
Tensor DivideByScale::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  const Tensor& x = at.x[0];
  const Tensor& s = at.x[1];
  return x_dot[0] / per_datum(s, x) - x * per_datum(x_dot[1] / (s * s), x);
}

// (Z4)
Tensors DivideByScale::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& z_bar,
                                            const Tensor& z_bar_dot, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor(), Tensor()};
  const Tensor& x = at.x[0];
  const Tensor& s = at.x[1];
  const Tensor& s_dot = dot.x[1];
  const Tensor s_squared = s * s;
  return {z_bar_dot / per_datum(s, x) - z_bar * per_datum(s_dot / s_squared, x),
          -(product_sum(z_bar_dot, x) + product_sum(z_bar, dot.x[0])) / s_squared +
              2 * product_sum(z_bar, x) * s_dot / (s_squared * s)};
}

}  // namespace mdsm
