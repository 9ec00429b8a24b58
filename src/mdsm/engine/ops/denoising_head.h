#pragma once

#include "mdsm/engine/op.h"

namespace mdsm {

/// E = s^2/2 ||z - f||^2: inputs z (B, ...), f shaped like z, s (B) -> (B) (docs/derivations/engine.md, D1 to D4).
///
/// With z = x/s(x) and a network f(z), the energy of a denoiser whose output scales with its input. f may come in a
/// narrower type than z: the difference is taken in the type of z.
class DenoisingHead final : public Op {
 public:
  std::string name() const override { return "denoising head"; }
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
