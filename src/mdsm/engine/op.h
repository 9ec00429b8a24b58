#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mdsm/base/tensor.h"
#include "mdsm/engine/parameters.h"

namespace mdsm {

class ConvChoice;

/// In which type an op computes.
enum class Arithmetic {
  as_given,  ///< the ones that its inputs come in, which may differ
  reduced,   ///< the network's: bfloat16 where that was asked for
  common,    ///< one for all inputs: the parameters' as soon as one of them has it
  wide,      ///< the parameters'
};

/// What will be asked of an op after its forward pass, and so what must be kept.
enum class Keep {
  nothing,        ///< the value alone
  gradient,       ///< backward to the inputs
  linearization,  ///< every pass, parameters included
};

/// Which of its tensors an op reads in the passes after forward. An op that reads `nothing` for a linearization is
/// linear and has no parameters: its tangent_backward sees neither x_dot nor y_bar.
enum class Reads { nothing, inputs, output };

/// An op at one place: what its passes may read.
struct Point {
  Keep keep = Keep::linearization;
  std::vector<Shape> shapes;          ///< of the inputs
  Tensors x;                          ///< inputs; after forward only where reads() says `inputs`, else undefined
  Tensor y;                           ///< output; after forward only where reads() says `output`, else undefined
  Tensors theta;                      ///< what Op::prepare made of the parameters
  Tensors kept;                       ///< what forward stored for the later passes
  ConvChoice* conv_choice = nullptr;  ///< how convolutions run on this machine; null: as LibTorch does them
};

/// A direction through an op: x_dot, and y_dot = f_x x_dot where reads() says `output`.
struct Tangent {
  Tensors x;
  Tensor y;
};

/// What a backward pass is asked about the adjoints of the inputs.
struct InputAdjoints {
  enum Choice { wanted, unwanted };
  InputAdjoints(Choice which, Tensor sum = {})
      : choice(which), onto(std::move(sum)) {}  // NOLINT: a Choice stands for it
  bool skipped() const { return choice == unwanted; }

  Choice choice;
  /// What other readers of the op's only input have sent so far, to be added in the same pass over memory; undefined:
  /// nothing. Given only to ops that say adds_onto().
  Tensor onto;
};

/// Accumulators for the parameters of one op, numbered as in Op::parameter_shapes().
class Grads {
 public:
  /// \param places  where the op's parameters stand in `all`; both outlive this
  Grads(Gradients& all, const std::vector<size_t>& places) : all_(all), places_(places) {}
  /// theta_bar[index] += value, converted to the accumulator's type.
  void add(size_t index, const Tensor& value) { all_.add(places_.at(index), value); }
  /// The accumulator itself, for a kernel that adds where it stands.
  const Tensor& at(size_t index) const { return all_[places_.at(index)]; }

 private:
  Gradients& all_;
  const std::vector<size_t>& places_;
};

/// One differentiable step y = f(x; theta) of a network, in four passes (docs/derivations/engine.md):
///
///     forward            y         = f(x; theta)
///     backward           x_bar     = f_x' y_bar                                 theta_bar += f_theta' y_bar
///     tangent_forward    y_dot     = f_x x_dot
///     tangent_backward   x_bar_dot = f_x' y_bar_dot + (f_xx x_dot)' y_bar       theta_bar_dot += the same for theta
///
/// x_bar is the adjoint of x, x_dot a tangent, x_bar_dot the tangent of the adjoint. An op is an immutable value that
/// holds only sizes; parameters arrive with the Point. The public passes check every shape and call the private ones: a
/// subclass writes mathematics only. Add one as docs/add-an-op.md says, and hold it against check_op (check_op.h).
class Op {
 public:
  virtual ~Op() = default;

  /// For error texts and lists of ops: "conv 3x3, 16 -> 32".
  virtual std::string name() const = 0;
  virtual std::vector<Shape> parameter_shapes() const { return {}; }
  /// Shape of y, batch axis included.
  /// \throws Error if the inputs do not fit
  virtual Shape output_shape(const std::vector<Shape>& x) const = 0;
  virtual Reads reads(Keep keep) const = 0;
  /// Whether x_bar and x_bar_dot come out as InputAdjoints::onto plus themselves: saves a pass where a value has two
  /// readers.
  virtual bool adds_onto() const { return false; }
  virtual Arithmetic arithmetic() const { return Arithmetic::as_given; }
  /// Operations (a multiplication and an addition count two) of one forward pass.
  virtual double flops(const std::vector<Shape>& x) const;
  /// The parameters in the form that the passes want (cast, folded, packed): made once a step.
  virtual Tensors prepare(const Tensors& theta, at::ScalarType compute) const;

  /// Fills at.kept and drops from `at` what no later pass reads. Needs at.keep, at.x, at.theta.
  Tensor forward(Point& at) const;
  /// One adjoint an input; undefined tensors where they are unwanted. `grads` null: no parameter work.
  Tensors backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const;
  Tensor tangent_forward(const Point& at, const Tensors& x_dot) const;
  Tensors tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                           const InputAdjoints& inputs, Grads* grads) const;

 private:
  virtual Tensor run_forward(Point& at) const = 0;
  virtual Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs,
                               Grads* grads) const = 0;
  virtual Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const = 0;
  virtual Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar,
                                       const Tensor& y_bar_dot, const InputAdjoints& inputs, Grads* grads) const = 0;
};

using OpPointer = std::shared_ptr<const Op>;

}  // namespace mdsm
