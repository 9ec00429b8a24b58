#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// The same entries in another shape, in PyTorch's order: (B, from...) -> (B, to...).
class Reshape final : public LinearMap {
 public:
  /// \throws Error unless both shapes, of one datum, have as many entries
  Reshape(Shape from, Shape to);

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override { return x[0].reshape(batch_shape(x[0].size(0), to_)); }
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override { return {y_bar.reshape(x[0])}; }

  Shape from_;
  Shape to_;
};

/// Every entry repeated along the axes where `from` has 1 and `to` has more: (B, from...) -> (B, to...), a view.
class Expand final : public LinearMap {
 public:
  /// \throws Error unless `from` expands to `to`; both are shapes of one datum, with as many axes
  Expand(Shape from, Shape to);

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override { return x[0].expand(batch_shape(x[0].size(0), to_)); }
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override;

  Shape from_;
  Shape to_;
};

/// factor times the sum over some axes, which are dropped; with factor 1/count the mean. In the parameters' type.
class SumAxes final : public LinearMap {
 public:
  /// \param axes  of one datum, from 0, rising; at least one
  /// \throws Error if there is no such axis
  SumAxes(Shape datum, std::vector<int64_t> axes, double factor = 1);

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;
  Arithmetic arithmetic() const override { return Arithmetic::wide; }

 private:
  Tensor apply(const Tensors& x) const override;
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override;

  Shape datum_;
  std::vector<int64_t> axes_;  // of a batch: from 1
  double factor_;
};

/// y = x + c for a constant c that broadcasts against a datum: affine, so that only forward sees c.
class Shift final : public Op {
 public:
  /// \throws Error unless c, without a batch axis, broadcasts to a datum of this shape
  Shift(Shape datum, Tensor c);

  std::string name() const override { return "add a constant"; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::nothing; }

 private:
  Tensor run_forward(Point& at) const override { return at.x[0] + c_.to(at.x[0].options()); }
  Tensors run_backward(const Point&, const Tensor& y_bar, const InputAdjoints& inputs, Grads*) const override {
    return {inputs.skipped() ? Tensor() : y_bar};
  }
  Tensor run_tangent_forward(const Point&, const Tensors& x_dot) const override { return x_dot[0]; }
  Tensors run_tangent_backward(const Point&, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads*) const override {
    return {inputs.skipped() ? Tensor() : y_bar_dot};
  }

  Shape datum_;
  Tensor c_;
};

/// y = theta for every datum, (B, shape...), whatever x is: a parameter as a value, for ops that combine it with others.
class Broadcast final : public Op {
 public:
  /// \param datum  shape of one datum of x, which gives the size of the batch
  Broadcast(Shape datum, Shape shape) : datum_(std::move(datum)), shape_(std::move(shape)) {}

  std::string name() const override;
  std::vector<Shape> parameter_shapes() const override { return {shape_}; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return Reads::nothing; }
  Arithmetic arithmetic() const override { return Arithmetic::wide; }

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override {
    static_cast<void>(dot), static_cast<void>(y_bar);
    return run_backward(at, y_bar_dot, inputs, grads);
  }

  Shape datum_;
  Shape shape_;
};

}  // namespace mdsm
