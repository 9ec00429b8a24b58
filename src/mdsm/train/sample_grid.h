#pragma once

#include "mdsm/run/checkpoint.h"

namespace mdsm {

/// How the samples that are looked at during training are drawn: as samples are, but in train.sample_steps gradients.
SampleOptions grid_options(const Experiment& experiment);

/// Those of the seeds 0, 1, ..., train.sample_count - 1: (N, datum_shape...).
Tensor draw_grid(const Energy& average, const Experiment& experiment,
                 const std::shared_ptr<const DataMoments>& moments);

}  // namespace mdsm
