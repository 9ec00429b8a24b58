#pragma once

#include "mdsm/engine/op.h"

namespace mdsm {

/// A linear op without parameters, y = A x: its tangent passes are its own passes on what they are given, so that two
/// functions are all there is to write.
class LinearMap : public Op {
 public:
  Reads reads(Keep) const final { return Reads::nothing; }

 private:
  /// y = A x
  virtual Tensor apply(const Tensors& x) const = 0;
  /// A' y_bar: one adjoint an input.
  /// \param x  shapes of the inputs
  virtual Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const = 0;

  Tensor run_forward(Point& at) const final { return apply(at.x); }
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads*) const final {
    if (inputs.skipped()) return Tensors(at.shapes.size());
    return adjoint(y_bar, at.shapes);
  }
  Tensor run_tangent_forward(const Point&, const Tensors& x_dot) const final { return apply(x_dot); }
  Tensors run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const final {
    return run_backward(at, y_bar_dot, inputs, grads);
  }
};

}  // namespace mdsm
