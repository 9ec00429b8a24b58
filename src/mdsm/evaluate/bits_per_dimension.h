#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace mdsm {

/// Bits a dimension are of pixels in [0, 255]: densities of pixels in [0, 1] and log2(256) more.
inline constexpr double kPixelBits = 8;

/// Bits a dimension of data whose mean energy is `energy` under a model of normaliser log_z, both in nats and of pixels
/// in [0, 1]: (energy + log_z) / (d ln 2) + 8.
inline double bits_per_dimension(double energy, double log_z, int64_t dimensions) {
  return (energy + log_z) / (static_cast<double>(dimensions) * std::numbers::ln2) + kPixelBits;
}

/// What no density of data with noise sigma0 a pixel lies below: the noise's entropy, log2(sigma0 sqrt(2 pi e)) + 8.
inline double noise_entropy_bits(double sigma0) {
  return std::log2(sigma0 * std::sqrt(2 * std::numbers::pi * std::numbers::e)) + kPixelBits;
}

}  // namespace mdsm
