#pragma once

#include <memory>

#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/gaussian_fit.h"
#include "mdsm/evaluate/run_data.h"

namespace mdsm::testing {

/// A "trained" energy that costs no training: the Gaussian of MNIST's training images (100 principal directions) with
/// noise sigma0, which knows what digits look like and what they do not.
inline TrainedEnergy gaussian_digits() {
  static const TrainedEnergy kMade = [] {
    TrainedEnergy trained;
    trained.experiment.objective.sigma0 = 0.1;
    const auto data = subset_source(load_seen_data(trained.experiment), 4000);
    trained.energy = gaussian_reference(data_moments(*data), {1, 28, 28}, ReferenceShape::low_rank, 100, 0.1);
    return trained;
  }();
  return kMade;
}

}  // namespace mdsm::testing
