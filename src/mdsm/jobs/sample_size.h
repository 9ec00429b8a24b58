#pragma once

#include <string>

#include "mdsm/run/checkpoint.h"
#include "mdsm/sample/options.h"

namespace mdsm {

/// What samples of a size are drawn with.
struct SizedSampling {
  TrainedEnergy trained;  ///< its energy takes that size
  SampleOptions options;
};

/// Samples of another size than that of the patches an energy was trained on: the data's moments are those of patches, so
/// chains begin with noise around start_centre (sample.start = "noise") unless told otherwise. For the patches' own
/// size all stays as it is.
/// \param size  "HEIGHTxWIDTH" in pixels, such as "128x192"
/// \throws Error if it is no such text, if the energy does not take the size, or if the start needs the moments
SizedSampling at_size(const TrainedEnergy& trained, const SampleOptions& options, const std::string& size);

}  // namespace mdsm
