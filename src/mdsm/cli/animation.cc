#include "mdsm/cli/animation.h"

#include <algorithm>

#include "mdsm/formats/image_grid.h"

namespace mdsm::cli {

bool FrameRecorder::is_frame(int64_t step, int64_t steps) const {
  const int64_t before_end = wanted_ - 1;
  if (steps <= before_end) return true;
  return step == 0 || step * before_end / steps != (step - 1) * before_end / steps;
}

Reply FrameRecorder::observe(const ChainState& state) {
  if (state.step == 0) current_.clear();
  if (is_frame(state.step, state.steps)) current_.push_back(to_uint8(state.x).cpu());
  return Reply::go_on;
}

void FrameRecorder::finish(const ChainEnd& end) {
  current_.push_back(to_uint8(end.x).cpu());
  batches_.push_back(std::move(current_));
  current_.clear();
}

Tensor FrameRecorder::grids() const {
  size_t count = 0;
  for (const Tensors& batch : batches_) count = std::max(count, batch.size());
  Tensors frames;
  for (size_t i = 0; i < count; ++i) {
    Tensors chains;  // a batch that ended sooner stands still
    for (const Tensors& batch : batches_) chains.push_back(batch[std::min(i, batch.size() - 1)]);
    const Tensor all = at::cat(chains);
    frames.push_back(image_grid(all, square_columns(all.size(0))));
  }
  return frames.empty() ? Tensor() : at::stack(frames);
}

}  // namespace mdsm::cli
