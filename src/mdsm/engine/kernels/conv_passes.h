#pragma once

#include <string_view>
#include <vector>

#include "mdsm/engine/kernels/conv_geometry.h"

namespace mdsm {

/// The ways through a convolution and back to its input. A transposed convolution is the way back of the convolution
/// with the same kernel, and its way back is that convolution's forward pass.
enum class ConvMethod {
  aten,            ///< at::convolution; back: convolution_backward
  transposed,      ///< back only: at::convolution, transposed
  space_to_depth,  ///< 4x4, stride 2, padding 1: as 2x2, stride 1 on 4 C channels of the padded input
  matrix_product,  ///< 1x1, stride 1: pixels (rows) times weight
};

std::string_view name_of(ConvMethod method);

/// The methods for an input of this height and width on this device, `aten` first. Off the CPU there is only `aten`.
std::vector<ConvMethod> forward_methods(const ConvGeometry& geometry, int64_t height, int64_t width,
                                        at::Device device = at::kCPU);
std::vector<ConvMethod> input_gradient_methods(const ConvGeometry& geometry, int64_t height, int64_t width,
                                               at::Device device = at::kCPU);

/// conv(x, weight) + bias: (B, C, H, W), (K, C, kernel, kernel), (K) or undefined -> (B, K, Ho, Wo), channels-last.
Tensor conv_forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvGeometry& geometry,
                    ConvMethod method);

/// d<y_bar, conv(x, weight)>/dx: (B, K, Ho, Wo), (K, C, kernel, kernel) -> (B, C, height, width), channels-last.
Tensor conv_input_gradient(const Tensor& y_bar, const Tensor& weight, const ConvGeometry& geometry, int64_t height,
                           int64_t width, ConvMethod method);

}  // namespace mdsm
