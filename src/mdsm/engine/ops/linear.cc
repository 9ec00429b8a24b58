#include "mdsm/engine/ops/linear.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

/// (..., n) -> (rows, n)
Tensor rows_of(const Tensor& x, int64_t n) { return x.dim() == 2 ? x : x.reshape({-1, n}); }

Shape with_last(at::IntArrayRef shape, int64_t last) {
  Shape changed = shape.vec();
  changed.back() = last;
  return changed;
}

}  // namespace

std::string Linear::name() const { return fmt::format("linear {} -> {}", in_, out_); }

std::vector<Shape> Linear::parameter_shapes() const {
  if (bias_ == Bias::none) return {{out_, in_}};
  return {{out_, in_}, {out_}};
}

Shape Linear::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require(x[0].size() >= 2 && x[0].back() == in_, "{}: the input has shape {} (expected (B, {}), or (B, ..., {})).",
          name(), to_text(x[0]), in_, in_);
  Shape y = x[0];
  y.back() = out_;
  return y;
}

double Linear::flops(const std::vector<Shape>& x) const {
  return 2.0 * static_cast<double>(element_count(x.at(0)) * out_);
}

Tensor Linear::product(const Tensor& x, const Tensor& weight) const {
  const Tensor rows = rows_of(x, in_).mm(weight.t());
  return x.dim() == 2 ? rows : rows.view(with_last(x.sizes(), out_));
}

Tensor Linear::adjoint(const Tensor& y_bar, const Tensor& weight) const {
  const Tensor rows = rows_of(y_bar, out_).mm(weight);
  return y_bar.dim() == 2 ? rows : rows.view(with_last(y_bar.sizes(), in_));
}

Tensors Linear::prepare(const Tensors& theta, at::ScalarType compute) const {
  if (arithmetic_ != Arithmetic::reduced) return theta;
  Tensors prepared;
  for (const Tensor& tensor : theta) prepared.push_back(tensor.to(compute));
  return prepared;
}

// (L1)
Tensor Linear::run_forward(Point& at) const {
  Tensor y = product(at.x[0], at.theta[0]);
  return bias_ == Bias::learned ? y.add_(at.theta[1]) : y;
}

// (L2), and theta_bar
Tensors Linear::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const {
  if (grads) {
    const Tensor y_rows = rows_of(y_bar, out_);
    grads->add(0, y_rows.t().mm(rows_of(at.x.at(0), in_)));
    if (bias_ == Bias::learned) grads->add(1, y_rows.sum(0));
  }
  if (inputs.skipped()) return {Tensor()};
  return {adjoint(y_bar, at.theta[0])};
}

// (L3)
Tensor Linear::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  return product(x_dot[0], at.theta[0]);
}

// (L4)
Tensors Linear::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                                     const InputAdjoints& inputs, Grads* grads) const {
  if (grads) {
    const Tensor y_rows = rows_of(y_bar_dot, out_);
    grads->add(0, y_rows.t().mm(rows_of(at.x[0], in_)) + rows_of(y_bar, out_).t().mm(rows_of(dot.x[0], in_)));
    if (bias_ == Bias::learned) grads->add(1, y_rows.sum(0));
  }
  if (inputs.skipped()) return {Tensor()};
  return {adjoint(y_bar_dot, at.theta[0])};
}

}  // namespace mdsm
