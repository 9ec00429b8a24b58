#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>

#include "mdsm/engine/op.h"

namespace mdsm {

/// One argument of an operator of LibTorch: a constant, or tensors that a graph supplies.
struct AtenArgument {
  enum class From { constant, input, parameter };
  From from = From::constant;
  c10::IValue constant = {};
  std::vector<size_t> indices = {};  ///< of the op's inputs or parameters; several: a list of tensors
  bool is_list = false;
};

/// What is known of such an operator.
enum class AtenKind {
  linear,  ///< in its inputs together, and no parameters: sums, slices, paddings, permutations
  smooth,  ///< anything with two derivatives
};

/// An operator of LibTorch by its name, differentiated by LibTorch's autograd in each pass: what the engine has no op of
/// its own for. Slower than one, since every pass computes forward again; exact all the same.
///
/// The operator must treat each datum by itself, and give one tensor whose first axis is the batch.
class AtenCall final : public Op {
 public:
  /// \param op          as in "aten::exp" with the overload's name, "" for the default
  /// \param arguments   in the order of the schema; what is missing at the end has its default
  /// \param inputs      shapes of one datum of each input
  /// \param parameters  shapes of the parameters
  /// \throws Error if there is no such operator, or it cannot be called so
  AtenCall(const std::string& op, const std::string& overload, std::vector<AtenArgument> arguments,
           std::vector<Shape> inputs, std::vector<Shape> parameters, AtenKind kind);

  std::string name() const override { return name_; }
  std::vector<Shape> parameter_shapes() const override { return parameters_; }
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep) const override { return kind_ == AtenKind::linear ? Reads::nothing : Reads::inputs; }
  Arithmetic arithmetic() const override { return kind_ == AtenKind::linear ? Arithmetic::common : Arithmetic::wide; }

 private:
  Tensor run_forward(Point& at) const override { return call(at.x, at.theta); }
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;

  Tensor call(const Tensors& x, const Tensors& theta) const;
  struct Recorded;
  /// The call at this point, recorded, and what is to be differentiated by.
  Recorded recorded(const Point& at, const Tensor& like, const InputAdjoints& inputs, const Grads* grads) const;
  /// Leaves for the inputs: where the operator is linear any point serves, so one number stands for all.
  Tensors leaves_at(const Point& at, const Tensor& like) const;
  /// What comes of `found`: adjoints of the inputs, then of the parameters, which are added to `grads`.
  Tensors sorted(Tensors found, size_t inputs, Grads* grads) const;

  std::string name_;
  c10::OperatorHandle operator_;
  std::vector<AtenArgument> arguments_;
  std::vector<Shape> inputs_;
  std::vector<Shape> parameters_;
  AtenKind kind_;
  Shape output_;  // of one datum
};

}  // namespace mdsm
