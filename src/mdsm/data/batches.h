#pragma once

#include <memory>
#include <mutex>

#include "mdsm/data/source.h"

namespace mdsm {

/// Whether training images are mirrored left to right at random.
enum class Flip { none, horizontal };

/// The batches of training, as a function of the step: nothing to save, nothing to replay.
///
/// Slot i of step t is place t * batch + i of an endless sequence: one random permutation of the data after another,
/// each named by (seed, epoch). Every epoch sees each datum once; a batch may straddle two epochs. A source that never
/// ends is read in order. Calls may come from several threads.
class Batches {
 public:
  Batches(std::shared_ptr<const Source> source, int64_t batch, uint64_t seed, Flip flip);

  /// Indices of the data in slots first .. first + count - 1 of this step.
  std::vector<int64_t> indices(int64_t step, int64_t first, int64_t count) const;
  /// Those data, mirrored where the flip says so: (count, datum_shape...) float32.
  Tensor read(int64_t step, int64_t first, int64_t count) const;

 private:
  using Order = std::vector<int64_t>;
  std::shared_ptr<const Order> epoch_order(int64_t epoch) const;

  std::shared_ptr<const Source> source_;
  int64_t batch_;
  uint64_t seed_;
  Flip flip_;
  // The order of an epoch is dear to make and used for many steps: the last one is kept. It decides nothing but time.
  mutable std::mutex mutex_;
  mutable int64_t kept_epoch_ = -1;
  mutable std::shared_ptr<const Order> kept_order_;
};

}  // namespace mdsm
