#pragma once

#include "mdsm/engine/op.h"

namespace mdsm {

/// s(x) = sqrt(mean(x^2) + floor) of each datum: (B, ...) -> (B) (docs/derivations/engine.md, S1 to S4).
class RootMeanSquare final : public Op {
 public:
  /// \param floor  above 0: keeps s and its derivatives finite at x = 0
  explicit RootMeanSquare(double floor);

  std::string name() const override { return "root mean square"; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::inputs; }

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;
  double floor_;
};

/// z = x / s: inputs x (B, ...) and s (B) (docs/derivations/engine.md, Z1 to Z4).
class DivideByScale final : public Op {
 public:
  std::string name() const override { return "divide by scale"; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::inputs; }

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;
};

}  // namespace mdsm
