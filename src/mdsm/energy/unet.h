#pragma once

#include <memory>

#include "mdsm/energy/graph.h"
#include "mdsm/energy/parameters.h"

namespace mdsm {

/// A U-Net denoiser f as an energy: E(x) = s^2/2 ||z - f(z)||^2, z = x/s(x), s^2 = mean(x^2) + 0.1.
///
/// Up to 1/sigma0^2, x - grad E(x) is then a denoised image whose size follows that of x.
struct UNetSpec {
  Shape image{1, 32, 32};  ///< (C, H, W) of one datum; the sides divide by 8
  int64_t width = 16;      ///< filters of the first of the four levels; each further level has twice as many
};

/// f: stem, four blocks down (mean pools between them), a middle one, four up (nearest up-sampling between them, each
/// fed the concatenation with the block across), and an output convolution.
///
///     block(x) = S(x) + conv_b(silu(conv_a(silu(x)))), all 3x3 with bias; S = conv1x1 where the width changes, else
///     identity
///
/// Parameters: stem, down.N.{conv_a,conv_b,skip}, middle.*, up.N.*, out; .weight and .bias, PyTorch's layouts.
/// \throws Error for a width below 1 or sides that 8 does not divide
Graph unet_graph(const UNetSpec& spec);

/// First weights: PyTorch's defaults, but zero for every conv_b.weight, so that blocks start as their skips.
Parameters unet_parameters(const UNetSpec& spec, uint64_t seed);

}  // namespace mdsm
