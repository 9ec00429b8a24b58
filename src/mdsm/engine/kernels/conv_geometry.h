#pragma once

#include <cstdint>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// A square two-dimensional convolution: (B, C, H, W) -> (B, K, Ho, Wo) with Ho = (H + 2 padding - kernel) / stride
/// + 1.
struct ConvGeometry {
  int64_t kernel = 3;
  int64_t stride = 1;
  int64_t padding = 1;

  bool operator==(const ConvGeometry&) const = default;
  /// Length of the output along an axis of `size` inputs.
  int64_t output_size(int64_t size) const { return (size + 2 * padding - kernel) / stride + 1; }
};

/// An input of a convolution, (B, C, H, W), with the adjoint of its output, (B, K, Ho, Wo).
struct ConvPair {
  Tensor x;
  Tensor y_bar;
};

}  // namespace mdsm
