#pragma once

#include <span>

#include "mdsm/engine/kernels/conv_choice.h"
#include "mdsm/engine/ops/conv.h"

namespace mdsm {

/// The three convolution-sized products that Conv's passes are made of, for both kinds: the transposed convolution is
/// the adjoint of the plain one with the same weight. Weights are in the layout of Conv; `choice` says by which method,
/// null: as LibTorch does them.

/// Shape of w * x.
/// \throws Error if the image is too small
Shape conv_output_shape(const ConvSizes& sizes, const Shape& x);

/// w * x + bias; no bias where it is undefined.
Tensor conv_product(ConvChoice* choice, const ConvSizes& sizes, const Tensor& x, const Tensor& weight,
                    const Tensor& bias);

/// The adjoint of x -> w * x, applied to y_bar; shaped like x.
Tensor conv_adjoint(ConvChoice* choice, const ConvSizes& sizes, const Tensor& y_bar, const Tensor& weight,
                    const Shape& x_shape);

/// out += the adjoint of w -> w * x, applied to y_bar, summed over the pairs; shaped like the weight.
void add_conv_weight_adjoint(ConvChoice* choice, const ConvSizes& sizes, std::span<const ConvPair> pairs,
                             const Tensor& out);

}  // namespace mdsm
