#pragma once

#include <functional>

#include "mdsm/energy/energy.h"

namespace mdsm {

/// E(x; theta) of a batch: x (B, datum_shape...) and the named parameters give (B), through differentiable ATen calls.
using EnergyFunction = std::function<Tensor(const Tensor& x, const Parameters& theta)>;

/// An energy from any callable, through LibTorch's autograd with double backward: the way to bring an energy of one's
/// own, and the oracle that other energies are tested against.
///
///     AutogradEnergy spring([](const Tensor& x, const Parameters& theta) { return theta.at("k") * sum_per_datum(x *
///     x); },
///                           theta, {2});
///
/// The callable must treat each datum by itself (E_b depends on x_b alone), write neither to x nor to theta, and be as
/// smooth as the calls made need: pull_back takes second derivatives. It runs with autograd on or off as the call
/// needs, whatever the caller's grad or inference mode. x has the type and device of theta.
class AutogradEnergy final : public Energy {
 public:
  AutogradEnergy(EnergyFunction function, Parameters theta, Shape datum_shape);

  Shape datum_shape() const override { return datum_shape_; }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  /// Keeps the graph of the gradient until it is destroyed: several times the memory of gradient().
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return theta_; }

 private:
  void require_input(const Tensor& x) const;
  /// The callable's E(x), checked to be (B).
  Tensor evaluate(const Tensor& x, const Parameters& theta) const;

  EnergyFunction function_;
  Parameters theta_;
  Shape datum_shape_;
};

}  // namespace mdsm
