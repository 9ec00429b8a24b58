#pragma once

#include <cmath>
#include <vector>

#include "mdsm/sample/observer.h"

namespace mdsm {

/// Keeps pictures of all chains at steps spread evenly over their way, and where they end: of an animation, and of the
/// report's row of pictures.
class FrameRecorder final : public Observer {
 public:
  /// All chains at one moment.
  struct Frame {
    Tensor x;                           ///< (B, datum...) uint8, the chains that ended
    double gradients = 0;               ///< that a chain of the first batch had spent
    double temperature = std::nan("");  ///< of the step that followed; of the end: none
  };

  /// \param frames  pictures at most, the end included; at least 2
  explicit FrameRecorder(int64_t frames) : wanted_(frames) {}

  Reply observe(const ChainState& state) override;
  void finish(const ChainEnd& end) override;

  /// In order of time; a batch that ended sooner stands still. Empty if no chain ended.
  std::vector<Frame> frames() const;
  /// (F, C, H, W) uint8: the frames as grids. Undefined if no chain ended.
  Tensor grids() const;

 private:
  bool is_frame(int64_t step, int64_t steps) const;

  int64_t wanted_;
  std::vector<std::vector<Frame>> batches_;  // those that ended
  std::vector<Frame> current_;
};

}  // namespace mdsm
