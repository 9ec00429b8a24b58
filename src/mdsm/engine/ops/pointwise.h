#pragma once

#include <optional>

#include "mdsm/engine/kernels/cpu/pointwise.h"
#include "mdsm/engine/op.h"

namespace mdsm {

/// One row of the table of pointwise functions: y = phi(x), entry by entry.
///
/// phi' and phi'' are functions of the output where `reads` is `output` (that saves a tensor), else of the input.
struct PointwiseFunction {
  const char* name;
  Reads reads;                          ///< inputs or output; nothing for a linear phi
  Tensor (*phi)(const Tensor& x);       ///< phi(x)
  Tensor (*slope)(const Tensor& read);  ///< phi'
  /// phi''(x) x_dot of what is read: from (x, x_dot), or from (y, y_dot) with y_dot = phi' x_dot.
  Tensor (*bend)(const Tensor& read, const Tensor& read_dot);
  std::optional<kernels::Phi> fused = {};  ///< its kernels, if it has them
};

/// y = x
const PointwiseFunction& identity_function();
/// y = x for x > 0, else e^x - 1. Clevert et al. 2016, arXiv:1511.07289.
const PointwiseFunction& elu_function();
/// y = x / (1 + e^-x). Elfwing et al. 2018, arXiv:1702.03118.
const PointwiseFunction& silu_function();
/// y = log(1 + e^x)
const PointwiseFunction& softplus_function();
const PointwiseFunction& tanh_function();

/// y = phi(x), any shape (docs/derivations/engine.md, P1 to P4).
class Pointwise final : public Op {
 public:
  explicit Pointwise(const PointwiseFunction& function) : function_(function) {}

  std::string name() const override { return function_.name; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return function_.reads; }
  bool adds_onto() const override { return true; }

 private:
  /// Whether the kernels run here; else ATen's calls do the same in several passes over memory.
  bool is_fused(const Tensors& tensors) const { return function_.fused && kernels::fits_pointwise(tensors); }
  const Tensor& read(const Point& at) const { return function_.reads == Reads::output ? at.y : at.x.at(0); }

  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;

  PointwiseFunction function_;
};

}  // namespace mdsm
