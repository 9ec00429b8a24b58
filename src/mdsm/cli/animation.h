#pragma once

#include <vector>

#include "mdsm/sample/observer.h"

namespace mdsm::cli {

/// Keeps pictures of all chains at steps spread evenly over their way, and where they end.
class FrameRecorder final : public Observer {
 public:
  /// \param frames  pictures at most, the end included; at least 2
  explicit FrameRecorder(int64_t frames) : wanted_(frames) {}

  Reply observe(const ChainState& state) override;
  void finish(const ChainEnd& end) override;

  /// (F, C, H, W) uint8: grids of the chains that ended. Undefined if none did.
  Tensor grids() const;

 private:
  bool is_frame(int64_t step, int64_t steps) const;

  int64_t wanted_;
  std::vector<Tensors> batches_;  // of each batch that ended, its frames: (B, C, H, W) uint8
  Tensors current_;
};

}  // namespace mdsm::cli
