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

/// `count` images of a source, chosen by the seed (data/subset.h, which says why neither the first nor every k-th).
/// \param count  0: all
/// \throws Error if there are fewer, or they never end and count is 0
MeasuredSet measured_source(std::shared_ptr<const Source> source, int64_t count, uint64_t seed);

}  // namespace mdsm
