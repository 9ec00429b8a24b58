#pragma once

#include "mdsm/data/source.h"
#include "mdsm/data/synthetic/density.h"

namespace mdsm {

/// Seed of the endless sets: test data are other draws than training data.
uint64_t seed_of(Split split);

/// \throws Error unless every index of an endless set is >= 0; `name` opens the text
void require_indices(std::span<const int64_t> indices, std::string_view name);

/// Endless draws of a density on the plane: (2) float32, labelled with their part.
class PlaneSource final : public Source {
 public:
  PlaneSource(std::string name, std::shared_ptr<const SyntheticDensity> density, Split split);

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return kEndless; }
  Tensor read(std::span<const int64_t> indices) const override;
  Tensor labels(std::span<const int64_t> indices) const override;

 private:
  std::shared_ptr<const SyntheticDensity> density_;
  SourceInfo info_;
  uint64_t seed_;
};

}  // namespace mdsm
