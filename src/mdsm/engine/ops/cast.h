#pragma once

#include "mdsm/engine/op.h"

namespace mdsm {

/// The same numbers in another type: y = x rounded to `to`. Adjoints go back to the type of x, `from`.
class Cast final : public Op {
 public:
  Cast(at::ScalarType from, at::ScalarType to) : from_(from), to_(to) {}

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::nothing; }

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;
  at::ScalarType from_;
  at::ScalarType to_;
};

}  // namespace mdsm
