#pragma once

#include "mdsm/engine/op.h"
#include "mdsm/engine/ops/conv.h"

namespace mdsm {

/// y = x W' + b over vectors (B, in) -> (B, out), or each row of (B, ..., in) (docs/derivations/engine.md, L1 to L4).
///
/// Parameters: weight (out, in), bias (out).
class Linear final : public Op {
 public:
  /// \param arithmetic  wide for what gives an energy: a bfloat16 sum would lose it
  Linear(int64_t in, int64_t out, Bias bias, Arithmetic arithmetic = Arithmetic::reduced)
      : in_(in), out_(out), bias_(bias), arithmetic_(arithmetic) {}

  std::string name() const override;
  std::vector<Shape> parameter_shapes() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep keep) const override { return keep == Keep::linearization ? Reads::inputs : Reads::nothing; }
  Arithmetic arithmetic() const override { return arithmetic_; }
  double flops(const std::vector<Shape>& x) const override;
  Tensors prepare(const Tensors& theta, at::ScalarType compute) const override;

 private:
  Tensor product(const Tensor& x, const Tensor& weight) const;
  Tensor adjoint(const Tensor& y_bar, const Tensor& weight) const;

  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;

  int64_t in_;
  int64_t out_;
  Bias bias_;
  Arithmetic arithmetic_;
};

}  // namespace mdsm
