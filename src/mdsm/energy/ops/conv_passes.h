#pragma once

#include "mdsm/base/tensor.h"
#include "mdsm/energy/ops/conv.h"

namespace mdsm {

/// The three convolution-sized products that Conv's passes are made of. Weights are in the layout of Conv.

/// Shape of w * x. \throws Error if the image is too small or, with stride 2, has an odd side
Shape conv_output_shape(const ConvGeometry& geometry, const Shape& x);

/// w * x + bias; no bias where it is undefined.
Tensor conv_forward(const ConvGeometry& geometry, const Tensor& x, const Tensor& weight, const Tensor& bias);

/// The adjoint of x -> w * x, applied to y_bar; shaped like x.
Tensor conv_input_gradient(const ConvGeometry& geometry, const Tensor& y_bar, const Tensor& weight,
                           const Shape& x_shape);

/// The adjoint of w -> w * x, applied to y_bar; shaped like the weight.
Tensor conv_weight_gradient(const ConvGeometry& geometry, const Tensor& x, const Tensor& y_bar);

/// conv_weight_gradient(x0, y_bar0) + conv_weight_gradient(x1, y_bar1), as one product over the two batches laid end to
/// end.
Tensor conv_weight_gradient_pair(const ConvGeometry& geometry, const Tensor& x0, const Tensor& y_bar0, const Tensor& x1,
                                 const Tensor& y_bar1);

/// (B, C, H, W) -> (C), accumulated in float32 or wider.
Tensor sum_over_pixels(const Tensor& y_bar);

}  // namespace mdsm
