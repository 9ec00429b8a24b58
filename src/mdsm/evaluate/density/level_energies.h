#pragma once

#include <functional>
#include <memory>

#include "mdsm/energy/energy.h"

namespace mdsm {

/// An energy whose denoiser at a noise level is D(y) = y - scale^2 grad E(y).
struct ScaledEnergy {
  std::shared_ptr<const Energy> energy;
  double scale = 0;
};

/// The energy of each noise level. A noise-blind one is the same everywhere, at its own scale sigma0; one that knows the
/// level, -log p of data with noise sigma, has scale sigma.
using LevelEnergies = std::function<ScaledEnergy(double sigma)>;

inline LevelEnergies blind_energy(std::shared_ptr<const Energy> energy, double sigma0) {
  return [energy = std::move(energy), sigma0](double /*sigma*/) { return ScaledEnergy{energy, sigma0}; };
}

}  // namespace mdsm
