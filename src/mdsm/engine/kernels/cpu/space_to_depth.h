#pragma once

#include "mdsm/engine/kernels/conv_geometry.h"

namespace mdsm::kernels {

/// Whether a convolution is 4x4 of stride 2 and padding 1 on an even number of rows and columns, and so is exactly a
/// 2x2 convolution of stride 1 on the padded input's 2x2 squares, stacked as 4 C channels. The tensors of this file are
/// on the CPU.
bool has_space_to_depth(const ConvGeometry& geometry, int64_t height, int64_t width);

/// (B, C, H, W) -> (B, 4 C, H/2 + 1, W/2 + 1), channels-last; channel (2 pi + pj) C + c is pixel (pi, pj) of a square.
Tensor space_to_depth(const Tensor& x);
/// Its adjoint: (B, 4 C, H/2 + 1, W/2 + 1) -> (B, C, H, W), channels-last; the border falls away.
Tensor depth_to_space(const Tensor& squares);

/// (K, C, 4, 4) -> (K, 4 C, 2, 2), channels-last.
Tensor fold_weight(const Tensor& weight);
/// Its inverse.
Tensor unfold_weight(const Tensor& folded);

}  // namespace mdsm::kernels
