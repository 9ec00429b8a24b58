#pragma once

#include "mdsm/engine/op.h"

namespace mdsm {

/// y = x_0 x_1, entry by entry, inputs of one shape (docs/derivations/engine.md, M1 to M4).
class Product final : public Op {
 public:
  std::string name() const override { return "product"; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::inputs; }
  Arithmetic arithmetic() const override { return Arithmetic::common; }

 private:
  Tensor run_forward(Point& at) const override { return at.x[0] * at.x[1]; }
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;
};

/// y = x^2, entry by entry: the product of x with itself, in the parameters' type, because it stands before sums.
class Square final : public Op {
 public:
  std::string name() const override { return "square"; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::inputs; }
  Arithmetic arithmetic() const override { return Arithmetic::wide; }

 private:
  Tensor run_forward(Point& at) const override { return at.x[0].square(); }
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;
};

}  // namespace mdsm
