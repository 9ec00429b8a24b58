#pragma once

#include "mdsm/engine/layers.h"
#include "mdsm/engine/ops/border.h"
#include "mdsm/engine/parameters.h"

namespace mdsm {

/// What a U-Net's output convolution gives.
enum class UNetOutput : uint8_t {
  image,  ///< f(z)
  noise,  ///< f(z) - z: a network that gives nothing leaves z as it is
};

/// A U-Net denoiser f as an energy: E(x) = s^2/(2 sigma0^2) ||z - f(z)||^2, z = x/s(x), s as DenoisingScale says.
///
/// D(x) = x - sigma0^2 grad E(x) is then a denoised image whose size follows that of x, whatever sigma0 is: two
/// energies that differ in sigma0 alone have the same denoiser (docs/adr/0010-scale-of-denoising-energies.md).
struct UNetSpec {
  Shape image{1, 32, 32};                        ///< (C, H, W) of one datum, of any size
  int64_t width = 16;                            ///< filters of the stem
  std::vector<int64_t> multipliers{1, 2, 4, 8};  ///< filters of each level over the stem's; each halves the sides
  int64_t blocks = 1;                            ///< residual blocks a level, down and up
  DenoisingScale scale{};
  UNetOutput output = UNetOutput::image;
  double sigma0 = 1;  ///< the energy's unit
};

/// f: stem, `blocks` blocks a level going down (mean pools between levels), a middle one, `blocks` a level going up
/// (nearest up-sampling between levels, the first fed the concatenation with the level's last block going down), and an
/// output convolution.
///
/// An image whose sides do not divide by 2^(levels - 1) is mirrored beyond its last row and column to sides that do, and f(z)
/// is cut back: E and its gradient are those of the image itself.
///
///     block(x) = S(x) + conv_b(silu(conv_a(silu(x)))), all 3x3 with bias; S = conv1x1 where the width changes, else
///     identity
///
/// Parameters: stem, down.N.{conv_a,conv_b,skip}, middle.*, up.N.*, out, where N counts the blocks of that way; .weight
/// and .bias, PyTorch's layouts.
/// \throws Error for sizes below 1
Graph unet_graph(const UNetSpec& spec);

/// The part of E that the pixels of a window have: inputs z (B, C, h, w) and s (B), E = s^2/(2 sigma0^2) ||z - f(z)||^2 over the
/// window alone. Summed over windows that make up the image it is E (energy/composed/tiled.h).
/// \param spec  image: shape of z
Graph unet_window_graph(const UNetSpec& spec, const Window& window);

/// s of an image.
Graph unet_scale_graph(const UNetSpec& spec);

/// How far from a pixel, in pixels, z has influence on f(z) there.
int64_t unet_reach(const UNetSpec& spec);
/// What the sides of an image divide by where nothing is mirrored: 2^(levels - 1).
int64_t unet_stride(const UNetSpec& spec);

/// First weights: PyTorch's defaults, but zero for every conv_b.weight, so that blocks start as their skips.
Parameters unet_parameters(const UNetSpec& spec, uint64_t seed);

}  // namespace mdsm
