#include "mdsm/engine/ops/pointwise.h"

#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

Tensor slope_of_silu(const Tensor& x) {
  const Tensor gate = at::sigmoid(x);
  return gate * (1 + x * (1 - gate));
}

Tensor bend_of_silu(const Tensor& x, const Tensor& x_dot) {
  const Tensor gate = at::sigmoid(x);
  return gate * (1 - gate) * (2 + x * (1 - 2 * gate)) * x_dot;
}

Tensor bend_of_softplus(const Tensor& x, const Tensor& x_dot) {
  const Tensor gate = at::sigmoid(x);
  return gate * (1 - gate) * x_dot;
}

Tensor plus(const Tensor& value, const Tensor& onto) { return onto.defined() ? value + onto : value; }

// ELU'' = ELU' where x < 0, so ELU''(x) x_dot = y_dot there; and y < 0 exactly where x < 0.
Tensor bend_of_elu(const Tensor& y, const Tensor& y_dot) { return at::where(y < 0, y_dot, 0); }

}  // namespace

const PointwiseFunction& identity_function() {
  static const PointwiseFunction row{"identity", Reads::nothing, [](const Tensor& x) { return x; },
                                     [](const Tensor& read) { return at::ones_like(read); },
                                     [](const Tensor&, const Tensor& read_dot) { return at::zeros_like(read_dot); }};
  return row;
}

const PointwiseFunction& elu_function() {
  static const PointwiseFunction row{"elu",
                                     Reads::output,
                                     [](const Tensor& x) { return at::elu(x); },
                                     [](const Tensor& y) { return y.clamp_max(0) + 1; },
                                     bend_of_elu,
                                     kernels::Phi::elu};
  return row;
}

const PointwiseFunction& silu_function() {
  static const PointwiseFunction row{"silu",        Reads::inputs, [](const Tensor& x) { return at::silu(x); },
                                     slope_of_silu, bend_of_silu,  kernels::Phi::silu};
  return row;
}

const PointwiseFunction& softplus_function() {
  static const PointwiseFunction row{"softplus", Reads::inputs, [](const Tensor& x) { return at::softplus(x, 1, 40); },
                                     [](const Tensor& x) { return at::sigmoid(x); }, bend_of_softplus};
  return row;
}

const PointwiseFunction& tanh_function() {
  // tanh'' x_dot = -2 tanh tanh' x_dot = -2 y y_dot
  static const PointwiseFunction row{"tanh", Reads::output, [](const Tensor& x) { return at::tanh(x); },
                                     [](const Tensor& y) { return 1 - y * y; },
                                     [](const Tensor& y, const Tensor& y_dot) { return -2 * y * y_dot; }};
  return row;
}

Shape Pointwise::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return x[0];
}

// (P1)
Tensor Pointwise::run_forward(Point& at) const {
  if (is_fused({at.x[0]})) return kernels::pointwise_forward(*function_.fused, at.x[0]);
  return function_.phi(at.x[0]);
}

// (P2)
Tensors Pointwise::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  if (function_.reads == Reads::nothing) return {plus(y_bar, inputs.onto)};
  if (is_fused({read(at), y_bar, inputs.onto})) {
    return {kernels::pointwise_slope(*function_.fused, read(at), y_bar, inputs.onto)};
  }
  return {plus(function_.slope(read(at)) * y_bar, inputs.onto)};
}

// (P3)
Tensor Pointwise::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  if (function_.reads == Reads::nothing) return x_dot[0];
  if (is_fused({read(at), x_dot[0]})) return kernels::pointwise_slope(*function_.fused, read(at), x_dot[0], Tensor());
  return function_.slope(read(at)) * x_dot[0];
}

// (P4)
Tensors Pointwise::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar,
                                        const Tensor& y_bar_dot, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  if (function_.reads == Reads::nothing) return {plus(y_bar_dot, inputs.onto)};
  const Tensor& read_dot = function_.reads == Reads::output ? dot.y : dot.x[0];
  if (is_fused({read(at), read_dot, y_bar, y_bar_dot, inputs.onto})) {
    return {kernels::pointwise_bend(*function_.fused, read(at), read_dot, y_bar, y_bar_dot, inputs.onto)};
  }
  return {plus(function_.slope(read(at)) * y_bar_dot + function_.bend(read(at), read_dot) * y_bar, inputs.onto)};
}

}  // namespace mdsm
