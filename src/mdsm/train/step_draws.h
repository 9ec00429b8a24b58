#pragma once

#include <memory>

#include "mdsm/data/batches.h"
#include "mdsm/run/experiment.h"

namespace mdsm {

/// Slots first .. first + count - 1 of a batch.
struct Share {
  int64_t first = 0;
  int64_t count = 0;
};

/// What is drawn for some slots of a batch.
struct StepDraw {
  Tensor x;      ///< data (count, datum_shape...) float32
  Tensor sigma;  ///< their noise levels (count) float32
  Tensor noisy;  ///< x + sigma n, as an 8-bit file keeps it where noise.eight_bits says so
};

/// The draws of training, on the host: a function of (seed, step, slot). What a slot draws does not depend on the share
/// that it is drawn with; calls may come from several threads.
class StepDraws {
 public:
  StepDraws(std::shared_ptr<const Source> data, const Experiment& experiment, uint64_t seed);

  int64_t batch() const { return batch_; }
  StepDraw operator()(int64_t step, const Share& share) const;

 private:
  Batches batches_;
  NoiseLevels levels_;
  uint64_t seed_;
  int64_t batch_;
  double eight_bits_;  // part of the data
};

}  // namespace mdsm
