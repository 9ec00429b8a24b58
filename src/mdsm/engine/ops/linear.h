#pragma once

#include "mdsm/engine/op.h"
#include "mdsm/engine/ops/conv.h"

namespace mdsm {

/// y = x W' + b over vectors (B, in) -> (B, out) (docs/derivations/engine.md, L1 to L4).
///
/// Parameters: weight (out, in), bias (out).
class Linear final : public Op {
 public:
  Linear(int64_t in, int64_t out, Bias bias) : in_(in), out_(out), bias_(bias) {}

  std::string name() const override;
  std::vector<Shape> parameter_shapes() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep keep) const override { return keep == Keep::linearization ? Reads::inputs : Reads::nothing; }
  Arithmetic arithmetic() const override { return Arithmetic::reduced; }
  double flops(const std::vector<Shape>& x) const override;
  Tensors prepare(const Tensors& theta, at::ScalarType compute) const override;

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;

  int64_t in_;
  int64_t out_;
  Bias bias_;
};

}  // namespace mdsm
