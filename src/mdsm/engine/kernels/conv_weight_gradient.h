#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mdsm/engine/kernels/conv_geometry.h"

namespace mdsm {

/// The ways to the weight gradient of a convolution.
enum class WeightGradientMethod {
  aten,            ///< convolution_backward: oneDNN on CPU, cuDNN on CUDA; any type and device
  matrix_product,  ///< 1x1, stride 1: adjoint' (K, pixels) times input (pixels, C)
  space_to_depth,  ///< 4x4, stride 2, padding 1: as 2x2, stride 1 on 4 C channels of the padded input
  direct,          ///< our register-blocked correlation, float32 sums; any kernel, stride and padding; CPU
  patches,         ///< ours for 3x3, stride 1, padding 1 with at most 3 channels on one side; CPU
};

std::string_view name_of(WeightGradientMethod method);

/// The methods that can do this, `aten` first. Only `aten` takes float64, or tensors that are not on the CPU.
std::vector<WeightGradientMethod> weight_gradient_methods(std::span<const ConvPair> pairs,
                                                          const ConvGeometry& geometry);

/// out += sum over the pairs of d<y_bar, conv(x, weight)>/d weight.
///
/// What the tangent pass needs is the sum over (x_dot, y_bar) and (x, y_bar_dot) (method.md, 7): our own methods read
/// the pairs where they lie; the others make one call where the pairs lie end to end in memory, else one a pair.
///
/// \param pairs     x (B, C, H, W) and y_bar (B, K, Ho, Wo), all pairs of one shape and type: bfloat16, float32 or
///                  float64. Channels-last is what is fast; other layouts are copied.
/// \param method    one of weight_gradient_methods(pairs, geometry)
/// \param out       (K, C, kernel, kernel), float32, or float64 for float64 pairs; any strides
/// \throws Error    if a shape or type does not fit, or the method does not apply
void add_conv_weight_gradient(std::span<const ConvPair> pairs, const ConvGeometry& geometry,
                              WeightGradientMethod method, const Tensor& out);

}  // namespace mdsm
