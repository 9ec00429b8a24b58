#pragma once

#include "mdsm/energy/energy.h"

namespace mdsm {

/// An energy whose batches the ranks of a job share (parallel/job.h): each evaluates some rows, and all get all. For work
/// that is not split otherwise; every rank makes the same calls. Alone, the energy itself.
class RankedEnergy final : public Energy {
 public:
  /// \param energy  outlives this
  explicit RankedEnergy(const Energy& energy) : energy_(energy) {}

  Shape datum_shape() const override { return energy_.datum_shape(); }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  Tensor gradient(const Tensor& x) const override;
  /// Not split.
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override { return energy_.linearize(x); }
  const Parameters& parameters() const override { return energy_.parameters(); }

 private:
  const Energy& energy_;
};

}  // namespace mdsm
