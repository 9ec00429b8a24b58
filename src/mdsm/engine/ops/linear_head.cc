#include "mdsm/engine/ops/linear_head.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

std::string LinearHead::name() const { return fmt::format("linear head of {}", features_); }

Shape LinearHead::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_features(name(), x[0], features_);
  return {x[0][0]};
}

// (L1)
Tensor LinearHead::run_forward(Point& at) const {
  return (flat_features(at.x[0]).mm(at.theta[0].t()) + at.theta[1]).squeeze(1);
}

// (L2), and theta_bar
Tensors LinearHead::run_backward(const Point& at, const Tensor& e_bar, const InputAdjoints& inputs,
                                 Grads* grads) const {
  const Tensor e = e_bar.unsqueeze(1);
  if (grads) {
    grads->add(0, e.t().mm(flat_features(at.x[0])));
    grads->add(1, e.sum(0));
  }
  if (inputs.skipped()) return {Tensor()};
  return {like_input(e * at.theta[0], at.x[0])};
}

// (L3)
Tensor LinearHead::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  return flat_features(x_dot[0]).mm(at.theta[0].t()).squeeze(1);
}

// (L4)
Tensors LinearHead::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& e_bar,
                                         const Tensor& e_bar_dot, const InputAdjoints& inputs, Grads* grads) const {
  const Tensor e_dot = e_bar_dot.unsqueeze(1);
  if (grads) {
    grads->add(0, e_dot.t().mm(flat_features(at.x[0])) + e_bar.unsqueeze(0).mm(flat_features(dot.x[0])));
    grads->add(1, e_dot.sum(0));
  }
  if (inputs.skipped()) return {Tensor()};
  return {like_input(e_dot * at.theta[0], at.x[0])};
}

}  // namespace mdsm
