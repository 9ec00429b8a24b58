#pragma once

#include "mdsm/energy/energy.h"
#include "mdsm/train/optimizer.h"

namespace mdsm {

/// An energy in training at the moving average of its weights: each call exchanges the weights, computes, and puts them
/// back. For an energy that cannot be built twice; calls may not come from several threads, nor beside an update.
class AveragedEnergy final : public Energy {
 public:
  /// \param theta  theta.weights is the storage of the energy's parameters; both are shared, not copied
  AveragedEnergy(std::shared_ptr<const Energy> energy, FlatWeights theta);

  Shape datum_shape() const override { return energy_->datum_shape(); }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  Tensor gradient(const Tensor& x) const override;
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  /// The average itself, by name.
  const Parameters& parameters() const override { return average_; }

 private:
  std::shared_ptr<const Energy> energy_;
  FlatWeights theta_;
  Parameters average_;
};

}  // namespace mdsm
