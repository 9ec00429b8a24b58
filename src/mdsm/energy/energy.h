#pragma once

#include <memory>

#include "mdsm/base/tensor.h"
#include "mdsm/engine/parameters.h"

namespace mdsm {

/// What one evaluation gives: E (B) and grad_x E, shaped like x.
struct ValueAndGradient {
  Tensor value;
  Tensor gradient;
};

/// E at one batch x, with what the second pass needs.
class Linearization {
 public:
  virtual ~Linearization() = default;
  /// E(x), shape (B).
  virtual const Tensor& value() const = 0;
  /// grad_x E(x), shape of x.
  virtual const Tensor& gradient() const = 0;
  /// out += d/dtheta <v, grad_x E(x; theta)>, v held constant and shaped like x. May be called again: it adds again.
  virtual void pull_back(const Tensor& v, Gradients& out) = 0;
  /// out += d/dtheta sum_b weights_b E(x_b; theta), weights (B) held constant. Adds again when called again. What a
  /// product of energies needs of its factors, and any loss that involves E itself.
  virtual void pull_back_value(const Tensor& weights, Gradients& out) = 0;
  /// H v, H the second derivatives of E at x in x: shape and type of the gradient, exact; v is shaped like x. May be
  /// called again, for any number of v at one x.
  virtual Tensor hessian_vector(const Tensor& v) = 0;
};

/// A scalar energy E(x; theta) for each datum of a batch; p(x) = exp(-E(x)) / Z.
///
/// Everything above this folder sees energies through this class alone: never which kind it is, nor its device. Batches
/// have shape (B, datum_shape...), images (B, C, H, W) in units of pixels in [0, 1]. Results carry no autograd history.
/// \throws Error from every call if x is not a batch of data of datum_shape()
class Energy {
 public:
  virtual ~Energy() = default;

  /// Shape of one datum: (C, H, W) or (D).
  virtual Shape datum_shape() const = 0;
  /// E(x), shape (B).
  virtual Tensor value(const Tensor& x) const = 0;
  virtual ValueAndGradient value_and_gradient(const Tensor& x) const = 0;
  /// grad_x E, shape of x; no parameter work, nothing kept.
  virtual Tensor gradient(const Tensor& x) const { return value_and_gradient(x).gradient; }
  virtual std::unique_ptr<Linearization> linearize(const Tensor& x) const = 0;
  /// H v at each datum (Linearization::hessian_vector): for several v at one x, linearize once.
  Tensor hessian_vector(const Tensor& x, const Tensor& v) const { return linearize(x)->hessian_vector(v); }
  /// theta; empty for an analytic energy. The handles may be written through: an optimiser does.
  virtual const Parameters& parameters() const = 0;
};

}  // namespace mdsm
