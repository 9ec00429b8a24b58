#pragma once

#include "bindings/work.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm::python {

/// An energy as Python holds it, with what samplers and evaluations must know: from a file, or one's own with an
/// experiment of defaults.
struct Handle {
  TrainedEnergy trained;
  const Energy& energy() const { return *trained.energy; }
};

/// Names and tensors that share their memory.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
NamedTensors named_tensors(const Parameters& parameters);
Parameters parameters_of(const NamedTensors& tensors);

/// How an energy of one's own was made, as far as samplers care.
struct OwnScales {
  double sigma0;
  double sigma_min;
  double sigma_max;
};

Handle own_handle(std::shared_ptr<Energy> energy, const OwnScales& scales);

}  // namespace mdsm::python
