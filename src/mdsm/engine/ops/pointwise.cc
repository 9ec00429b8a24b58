#include "mdsm/engine/ops/pointwise.h"

#include "mdsm/base/named.h"
#include "mdsm/engine/kernels/cpu/pointwise.h"
#include "mdsm/engine/kernels/cuda/pointwise.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

#include "mdsm/engine/ops/phi-inl.h"

/// The arithmetic of phi-inl.h over whole tensors: any type, device and layout, in several passes over memory.
struct OnTensors {
  using Value = Tensor;
  static Value number(double c) { return at::scalar_tensor(c, at::kDouble); }
  static Value neg(const Value& a) { return -a; }
  static Value add(const Value& a, const Value& b) { return a + b; }
  static Value sub(const Value& a, const Value& b) { return a - b; }
  static Value mul(const Value& a, const Value& b) { return a * b; }
  static Value fma(const Value& a, const Value& b, const Value& c) { return a * b + c; }
  static Value fnma(const Value& a, const Value& b, const Value& c) { return c - a * b; }
  static Value min(const Value& a, const Value& b) { return a.clamp_max(b.item()); }
  static Value max(const Value& a, const Value& b) { return a.clamp_min(b.item()); }
  static Value negative(const Value& a, const Value& b, const Value& c) { return at::where(a < 0, b, c); }
  static Value exp(const Value& a) { return a.exp(); }
  static Value expm1(const Value& a) { return a.expm1(); }
  static Value log1p(const Value& a) { return a.log1p(); }
  static Value inverse(const Value& a) { return a.reciprocal(); }
};

template <class... Row> std::vector<PointwiseFunction> rows_of(PhiTable<Row...>) {
  size_t row = 0;
  return {PointwiseFunction{Row::kName, Row::kReadsOutput ? Reads::output : Reads::inputs, row++,
                            Row::template phi<OnTensors>, Row::template slope<OnTensors>,
                            Row::template bend<OnTensors>}...};
}

Tensor plus(const Tensor& value, const Tensor& onto) { return onto.defined() ? value + onto : value; }

}  // namespace

const std::vector<PointwiseFunction>& pointwise_functions() {
  static const std::vector<PointwiseFunction> table = rows_of(Phis());
  return table;
}

const PointwiseFunction& pointwise_function(std::string_view name, std::string_view option) {
  return find_named(pointwise_functions(), name, option);
}

Shape Pointwise::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return x[0];
}

// In every pass: the CPU's or the card's kernel where it takes the tensors, else the same formula by ATen's calls.
namespace card = kernels::card;

// (P1)
Tensor Pointwise::run_forward(Point& at) const {
  if (kernels::fits_pointwise({at.x[0]})) return kernels::pointwise_forward(function_.row, at.x[0]);
  if (card::fits_pointwise({at.x[0]})) return card::pointwise_forward(function_.row, at.x[0]);
  return function_.phi(at.x[0]);
}

// (P2)
Tensors Pointwise::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  if (kernels::fits_pointwise({read(at), y_bar, inputs.onto})) {
    return {kernels::pointwise_slope(function_.row, read(at), y_bar, inputs.onto)};
  }
  if (card::fits_pointwise({read(at), y_bar, inputs.onto})) {
    return {card::pointwise_slope(function_.row, read(at), y_bar, inputs.onto)};
  }
  return {plus(function_.slope(read(at)) * y_bar, inputs.onto)};
}

// (P3)
Tensor Pointwise::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  if (kernels::fits_pointwise({read(at), x_dot[0]})) {
    return kernels::pointwise_slope(function_.row, read(at), x_dot[0], Tensor());
  }
  if (card::fits_pointwise({read(at), x_dot[0]})) {
    return card::pointwise_slope(function_.row, read(at), x_dot[0], Tensor());
  }
  return function_.slope(read(at)) * x_dot[0];
}

// (P4)
Tensors Pointwise::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar,
                                        const Tensor& y_bar_dot, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return {Tensor()};
  const Tensor& read_dot = function_.reads == Reads::output ? dot.y : dot.x[0];
  if (kernels::fits_pointwise({read(at), read_dot, y_bar, y_bar_dot, inputs.onto})) {
    return {kernels::pointwise_bend(function_.row, read(at), read_dot, y_bar, y_bar_dot, inputs.onto)};
  }
  if (card::fits_pointwise({read(at), read_dot, y_bar, y_bar_dot, inputs.onto})) {
    return {card::pointwise_bend(function_.row, read(at), read_dot, y_bar, y_bar_dot, inputs.onto)};
  }
  return {plus(function_.slope(read(at)) * y_bar_dot + function_.bend(read(at), read_dot) * y_bar, inputs.onto)};
}

}  // namespace mdsm
