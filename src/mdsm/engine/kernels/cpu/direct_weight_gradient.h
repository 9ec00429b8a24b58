#pragma once

#include <span>

#include "mdsm/engine/kernels/conv_geometry.h"
#include "mdsm/engine/kernels/cpu/pack.h"

namespace mdsm::kernels {

/// out += the weight gradient summed over the pairs, by register-blocked correlations of packed tiles: any kernel,
/// stride and padding, best from 8 input and 16 output channels on.
///
/// \param pairs     channels-last, all of one shape, and of the type that `packing` reads
/// \param out       (K, C, kernel, kernel) float32, any strides
void direct_weight_gradient(std::span<const ConvPair> pairs, const ConvGeometry& geometry, Packing packing,
                            const Tensor& out);

/// The same for a 3x3 convolution of stride 1 and padding 1 of 1, 2 or 3 input channels: patches are read in place and
/// all taps sit in registers at once.
void patch_weight_gradient(std::span<const ConvPair> pairs, Packing packing, const Tensor& out);

}  // namespace mdsm::kernels
