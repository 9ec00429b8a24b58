#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mdsm/engine/op.h"

namespace mdsm {

/// One row of the table of pointwise functions (phi-inl.h): y = phi(x), entry by entry.
///
/// phi' and phi'' are functions of the output where `reads` is `output` (that saves a tensor), else of the input.
struct PointwiseFunction {
  std::string name;
  Reads reads;                   ///< inputs or output
  size_t row;                    ///< in phi-inl.h: which of the kernels
  Tensor (*phi)(Tensor x);       ///< phi(x)
  Tensor (*slope)(Tensor read);  ///< phi'
  /// phi''(x) x_dot of what is read: from (x, x_dot), or from (y, y_dot) with y_dot = phi' x_dot.
  Tensor (*bend)(Tensor read, Tensor read_dot);
};

/// Every row: elu, silu, sigmoid, tanh, softplus, relu.
const std::vector<PointwiseFunction>& pointwise_functions();

/// \param option  what an error calls the name
/// \throws Error that names the nearest name
const PointwiseFunction& pointwise_function(std::string_view name, std::string_view option = "activation");

/// y = phi(x), any shape (docs/derivations/engine.md, P1 to P4).
class Pointwise final : public Op {
 public:
  /// \param function  a row of the table: outlives this
  explicit Pointwise(const PointwiseFunction& function) : function_(function) {}

  std::string name() const override { return function_.name; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return function_.reads; }
  bool adds_onto() const override { return true; }

 private:
  const Tensor& read(const Point& at) const { return function_.reads == Reads::output ? at.y : at.x.at(0); }

  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;

  const PointwiseFunction& function_;
};

}  // namespace mdsm
