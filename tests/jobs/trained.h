#pragma once

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/build.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm::testing {

/// A Gaussian's energy as if it had been trained on 28 x 28 digits with a border up to 32 x 32.
inline TrainedEnergy trained_gaussian(const Shape& shape = {1, 32, 32}) {
  TrainedEnergy trained;
  trained.energy = std::make_shared<DiagonalGaussianEnergy>(at::full(shape, 0.4), at::full({1}, 0.05));
  trained.experiment.data.pad_to = 32;
  trained.file = "gaussian";
  return trained;
}

/// A small U-Net as if it had been trained on patches of 16 pixels.
inline TrainedEnergy trained_on_patches() {
  TrainedEnergy trained;
  trained.experiment.data.patch = 16;
  trained.experiment.energy = {.kind = "unet", .width = 4, .multipliers = {1, 2}};
  trained.energy = build_energy(trained.experiment.energy, {1, 16, 16}, 1,
                                {.sigma0 = trained.sigma0(), .precision = Precision::fp32});
  trained.precision = Precision::fp32;
  trained.file = "patches";
  return trained;
}

}  // namespace mdsm::testing
