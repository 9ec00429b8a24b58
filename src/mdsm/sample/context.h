#pragma once

#include <memory>

#include "mdsm/data/moments.h"

namespace mdsm {

/// What samplers need to know of an energy beside the energy: the scales it was trained at, and the data's moments.
struct SampleContext {
  SampleContext(double reference_scale) : sigma0(reference_scale) {}  // NOLINT: an energy of known sigma0 needs no more

  double sigma0;                               ///< reference scale of the energy, in units of the data
  double sigma_min = 0;                        ///< smallest noise of the training; 0: not known
  double sigma_max = 0;                        ///< largest noise of the training; 0: not known
  std::shared_ptr<const DataMoments> moments;  ///< null: not known
};

}  // namespace mdsm
