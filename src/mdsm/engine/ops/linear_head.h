#pragma once

#include "mdsm/engine/op.h"

namespace mdsm {

/// E = w.h + b over features h, flattened: (B, ...) -> (B), float32 or wider (docs/derivations/engine.md, L1 to L4).
///
/// Parameters: w (1, n), b (1) for n features a datum.
class LinearHead final : public Op {
 public:
  explicit LinearHead(int64_t features) : features_(features) {}

  std::string name() const override;
  std::vector<Shape> parameter_shapes() const override { return {{1, features_}, {1}}; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::inputs; }

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;
  int64_t features_;
};

}  // namespace mdsm
