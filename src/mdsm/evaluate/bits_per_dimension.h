#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>

#include "mdsm/evaluate/units.h"

namespace mdsm {

/// Bits a dimension are told of pixels in [0, 255] (256 levels): densities of pixels in [0, 1] and log2(256) more. Of
/// vectors they are told in the data's own units.
inline double level_bits(const Shape& datum_shape) { return has_pixels(datum_shape) ? 8 : 0; }

/// Which of the two it is.
inline std::string bits_convention(const Shape& datum_shape) {
  return has_pixels(datum_shape) ? "pixels in [0, 255] (256 levels)" : "the data's own units (vectors: no levels)";
}

/// Bits a dimension of data whose mean energy is `energy` under a model of normaliser log_z, both in nats and of data as
/// the energy takes them: (energy + log_z) / (d ln 2), and level_bits.
inline double bits_per_dimension(double energy, double log_z, const Shape& datum_shape) {
  const auto dimensions = static_cast<double>(element_count(datum_shape));
  return (energy + log_z) / (dimensions * std::numbers::ln2) + level_bits(datum_shape);
}

/// What no density of data with noise sigma0 a dimension lies below: the noise's entropy, log2(sigma0 sqrt(2 pi e)), and
/// level_bits.
inline double noise_entropy_bits(double sigma0, const Shape& datum_shape) {
  return std::log2(sigma0 * std::sqrt(2 * std::numbers::pi * std::numbers::e)) + level_bits(datum_shape);
}

}  // namespace mdsm
