#pragma once

#include <functional>
#include <memory>
#include <string>

#include "mdsm/data/source.h"

namespace mdsm {

/// Images that are measured, as 8-bit pixels (every metric is measured on what a file would hold), read in parts.
struct MeasuredSet {
  std::string description;  ///< for people: "mnist/test"
  std::string identity;     ///< another text whenever image i could be another; kept beside partial results
  int64_t count = 0;
  Shape datum_shape;                                         ///< (C, H, W)
  std::function<Tensor(int64_t first, int64_t count)> read;  ///< (count, datum_shape...) uint8
};

/// `count` images evenly spread over a source, floor(i size / count), so that a set sorted by class gives all of them;
/// of a source that never ends, the first.
/// \param count  0: all \throws Error if there are fewer, or they never end and count is 0
MeasuredSet measured_source(std::shared_ptr<const Source> source, int64_t count);

}  // namespace mdsm
