#pragma once

#include "mdsm/engine/op.h"

namespace mdsm {

/// Mean over 2x2 pixels: (B, C, H, W) -> (B, C, H/2, W/2), even sides.
class MeanPool final : public Op {
 public:
  std::string name() const override { return "mean pool 2x2"; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::nothing; }

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;
};

/// Every pixel repeated in 2x2: (B, C, H, W) -> (B, C, 2H, 2W).
class Upsample final : public Op {
 public:
  std::string name() const override { return "up-sample 2x2"; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::nothing; }

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;
};

}  // namespace mdsm
