#pragma once

#include "mdsm/energy/composed/energy_parts.h"

namespace mdsm {

/// E(x_0, x_1, ...) = sum_i E_i(x_i): independent parts of a datum, laid end to end along its first axis (coordinates
/// of a vector, channels of an image). The density is the product of the parts', log Z the sum of theirs.
class JointEnergy final : public Energy {
 public:
  /// \throws Error if the parts' data differ in another axis than the first, or the parts share parameters
  explicit JointEnergy(std::vector<std::shared_ptr<Energy>> parts);

  Shape datum_shape() const override { return datum_shape_; }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return parts_.parameters(); }

 private:
  EnergyParts parts_;
  Shape datum_shape_;
};

}  // namespace mdsm
