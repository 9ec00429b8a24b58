#pragma once

#include "mdsm/energy/composed/energy_parts.h"

namespace mdsm {

/// E(x) = sum_i w_i E_i(x): the product of the parts' densities, each to the power w_i, normalised again.
/// Source: "product of experts", Hinton 2002, Neural Computation 14(8).
class SumEnergy final : public Energy {
 public:
  /// \param weights  one a part, of any sign (a negative one steers away from that part's density); none: all 1
  /// \throws Error if the parts differ in datum shape or share parameters
  explicit SumEnergy(std::vector<std::shared_ptr<Energy>> parts, std::vector<double> weights = {});

  Shape datum_shape() const override { return parts_[0].datum_shape(); }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return parts_.parameters(); }

 private:
  EnergyParts parts_;
  std::vector<double> weights_;
};

/// E(x)/T: the density to the power 1/T, normalised again. Its parameters are those of E, under the same names, so that
/// a checkpoint fits both.
class TemperedEnergy final : public Energy {
 public:
  /// \param temperature  above 0
  TemperedEnergy(std::shared_ptr<Energy> energy, double temperature);

  Shape datum_shape() const override { return energy_->datum_shape(); }
  Tensor value(const Tensor& x) const override { return energy_->value(x) / temperature_; }
  Tensor gradient(const Tensor& x) const override { return energy_->gradient(x) / temperature_; }
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return energy_->parameters(); }

 private:
  std::shared_ptr<Energy> energy_;
  double temperature_;
};

}  // namespace mdsm
