#pragma once

#include <string>

#include "mdsm/base/tensor.h"
#include "mdsm/evaluate/score.h"

namespace mdsm {

// In which units figures are told. Images are pixels in [0, 1]; vectors have units of their own, and nothing that is true
// of pixels alone (256 levels, a range) is said of them.

/// Whether data of this shape are images (C, H, W).
inline bool has_pixels(const Shape& datum_shape) { return datum_shape.size() == 3; }

/// "pixels in [0, 1]", or "the data's own units".
inline std::string coordinate_unit(const Shape& datum_shape) {
  return has_pixels(datum_shape) ? "pixels in [0, 1]" : "the data's own units";
}

/// "nats a datum (784 dimensions), up to the network's own constant".
std::string energy_unit(const Shape& datum_shape);

/// Of a score: what its numbers are measured in.
std::string score_unit(ScoreKind kind, const Shape& datum_shape);

}  // namespace mdsm
