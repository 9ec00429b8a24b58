#pragma once

#include <cstdint>
#include <vector>

#include "mdsm/engine/kernels/conv_geometry.h"

namespace mdsm::kernels {

/// One tap of a kernel's axis on an input split by stride: it reads sample u = output + offset of phase `phase`, the
/// inputs phase, phase + stride, phase + 2 stride, ...
struct PhaseTap {
  int64_t phase, offset;
};

/// Adjacent column taps that one register block takes: kernel columns first, first + stride, ... (`taps` of them) read
/// samples output + offset, output + offset + 1, ... of one phase.
struct ColumnGroup {
  int64_t first, phase, offset;
  int taps;
  int64_t before;  ///< taps in the groups before this one
};

/// How a strided convolution falls apart into correlations of stride 1: the input is split into stride x stride phases,
/// each kernel row belongs to one row phase, and the kernel columns of one column phase are adjacent there.
struct DirectPlan {
  ConvGeometry geometry;
  int64_t height, width, out_height, out_width;  ///< of the input and of the output
  std::vector<PhaseTap> row_taps;
  std::vector<ColumnGroup> groups;
  int64_t left_pad, right_pad;  ///< zero columns that the adjoint needs

  DirectPlan(const ConvGeometry& geometry, int64_t height, int64_t width);

  int64_t phases() const { return geometry.stride; }
  /// Samples of a phase of an axis of `size` inputs.
  int64_t samples(int64_t size, int64_t phase) const { return (size - phase + geometry.stride - 1) / geometry.stride; }
  int64_t pitch() const { return left_pad + out_width + right_pad; }
  /// Whether every group is one tap wide (a 1x1 kernel, or one as wide as its stride).
  bool single_taps() const;
};

}  // namespace mdsm::kernels
