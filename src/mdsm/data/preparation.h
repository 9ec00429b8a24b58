#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "mdsm/data/reading.h"

namespace mdsm {

/// What becomes of each image of a set, in this order; 0 leaves a step out.
struct ImageChanges {
  int64_t crop = 0;        ///< pixels of the centre square
  int64_t image_size = 0;  ///< pixels that it is resized to
  bool squash = false;     ///< an image that is not square is resized as it is, instead of its centre square
  int64_t channels = 0;    ///< 1: grey, 3: colour
  int64_t pad_to = 0;      ///< pixels with a border of zeros
  Shape finished =
      {};  ///< images of this size that are smaller than the crop went through it already: not cropped again

  bool is_nothing() const { return crop == 0 && image_size == 0 && channels == 0 && pad_to == 0; }
};

/// Counts images whose shape was not kept; called from several threads.
struct FitCounts {
  std::atomic<int64_t> images = 0;
  std::atomic<int64_t> not_square = 0;

  /// One line, or none where all images were square.
  /// \param where  name of the set
  std::vector<std::string> notes(const std::string& where, const ImageChanges& changes) const;
};

/// The function that makes these changes.
/// \param counts  may be null
PrepareImage preparation(const ImageChanges& changes, std::shared_ptr<FitCounts> counts = nullptr);

}  // namespace mdsm
