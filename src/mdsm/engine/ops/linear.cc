#include "mdsm/engine/ops/linear.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

std::string Linear::name() const { return fmt::format("linear {} -> {}", in_, out_); }

std::vector<Shape> Linear::parameter_shapes() const {
  if (bias_ == Bias::none) return {{out_, in_}};
  return {{out_, in_}, {out_}};
}

Shape Linear::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require(x[0].size() == 2 && x[0][1] == in_, "{}: the input has shape {} (expected (B, {})).", name(), to_text(x[0]),
          in_);
  return {x[0][0], out_};
}

double Linear::flops(const std::vector<Shape>& x) const { return 2.0 * static_cast<double>(x.at(0)[0] * in_ * out_); }

Tensors Linear::prepare(const Tensors& theta, at::ScalarType compute) const {
  Tensors prepared;
  for (const Tensor& tensor : theta) prepared.push_back(tensor.to(compute));
  return prepared;
}

// (L1)
Tensor Linear::run_forward(Point& at) const {
  const Tensor product = at.x[0].mm(at.theta[0].t());
  return bias_ == Bias::learned ? product + at.theta[1] : product;
}

// (L2), and theta_bar
Tensors Linear::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const {
  if (grads) {
    grads->add(0, y_bar.t().mm(at.x.at(0)));
    if (bias_ == Bias::learned) grads->add(1, y_bar.sum(0));
  }
  if (inputs.skipped()) return {Tensor()};
  return {y_bar.mm(at.theta[0])};
}

// (L3)
Tensor Linear::run_tangent_forward(const Point& at, const Tensors& x_dot) const { return x_dot[0].mm(at.theta[0].t()); }

// (L4)
Tensors Linear::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                                     const InputAdjoints& inputs, Grads* grads) const {
  if (grads) {
    grads->add(0, y_bar_dot.t().mm(at.x[0]) + y_bar.t().mm(dot.x[0]));
    if (bias_ == Bias::learned) grads->add(1, y_bar_dot.sum(0));
  }
  if (inputs.skipped()) return {Tensor()};
  return {y_bar_dot.mm(at.theta[0])};
}

}  // namespace mdsm
