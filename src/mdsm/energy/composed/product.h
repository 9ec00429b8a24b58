#pragma once

#include "mdsm/energy/composed/energy_parts.h"

namespace mdsm {

/// E(x) = E_0(x) E_1(x), pointwise. grad E = E_1 grad E_0 + E_0 grad E_1; the second pass is derived in
/// docs/derivations/composition.md. (The product of two *densities* is a SumEnergy.)
class ProductEnergy final : public Energy {
 public:
  /// \throws Error if the two differ in datum shape or share parameters
  ProductEnergy(std::shared_ptr<Energy> first, std::shared_ptr<Energy> second);

  Shape datum_shape() const override { return parts_[0].datum_shape(); }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return parts_.parameters(); }

 private:
  EnergyParts parts_;
};

}  // namespace mdsm
