#include "mdsm/train/run_writer.h"

namespace mdsm {

std::shared_ptr<const DataMoments> MemoryWriter::moments(const Source& data, int64_t rank) {
  return std::make_shared<DataMoments>(fit_moments(data, {.rank = rank}));
}

bool MemoryWriter::read_state(TrainState& state, const Parameters& /*names*/) {
  if (!state_) return false;
  copy_state(*state_, state);
  return true;
}

void MemoryWriter::write_state(const TrainState& state, const Parameters& /*names*/) {
  if (state_) copy_state(state, *state_);
  else state_ = copy_of(state);
}

}  // namespace mdsm
