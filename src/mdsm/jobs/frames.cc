#include "mdsm/jobs/frames.h"

#include <algorithm>

#include "mdsm/formats/image_grid.h"

namespace mdsm {

bool FrameRecorder::is_frame(int64_t step, int64_t steps) const {
  const int64_t before_end = wanted_ - 1;
  if (steps <= before_end) return true;
  return step == 0 || step * before_end / steps != (step - 1) * before_end / steps;
}

Reply FrameRecorder::observe(const ChainState& state) {
  if (state.step == 0) current_.clear();
  if (is_frame(state.step, state.steps))
    current_.push_back({to_uint8(state.x).cpu(), state.gradients, state.temperature});
  return Reply::go_on;
}

void FrameRecorder::finish(const ChainEnd& end) {
  current_.push_back({to_uint8(end.x).cpu(), end.gradients});
  batches_.push_back(std::move(current_));
  current_.clear();
}

std::vector<FrameRecorder::Frame> FrameRecorder::frames() const {
  size_t count = 0;
  for (const auto& batch : batches_) count = std::max(count, batch.size());
  std::vector<Frame> frames;
  for (size_t i = 0; i < count; ++i) {
    Tensors chains;
    for (const auto& batch : batches_) chains.push_back(batch[std::min(i, batch.size() - 1)].x);
    const Frame& first = batches_.front()[std::min(i, batches_.front().size() - 1)];
    frames.push_back({at::cat(chains), first.gradients, first.temperature});
  }
  return frames;
}

Tensor FrameRecorder::grids() const {
  Tensors grids;
  for (const Frame& frame : frames()) grids.push_back(image_grid(frame.x, square_columns(frame.x.size(0))));
  return grids.empty() ? Tensor() : at::stack(grids);
}

}  // namespace mdsm
