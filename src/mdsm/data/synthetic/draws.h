#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "mdsm/base/rng.h"

namespace mdsm {

/// The random numbers of one datum, in double precision, taken one after the other: a function of the key alone.
class Draws {
 public:
  explicit Draws(const RandomKey& key) : key_(key) {}

  /// Uniform in [0, 1).
  double uniform() { return uniform_at(key_, next_++); }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform in 0 .. bound - 1.
  int64_t integer(int64_t bound) {
    return static_cast<int64_t>(integer_at(key_, next_++, static_cast<uint64_t>(bound)));
  }
  /// Two independent N(0, 1), by Box and Muller.
  std::array<double, 2> normals() {
    const double radius = std::sqrt(-2 * std::log1p(-uniform()));
    const double angle = 2 * std::numbers::pi * uniform();
    return {radius * std::cos(angle), radius * std::sin(angle)};
  }
  double normal() { return normals()[0]; }

 private:
  RandomKey key_;
  uint32_t next_ = 0;
};

/// The key of datum `index` of an endless set: the index takes both counters, so that no two data share one.
inline RandomKey key_of_datum(uint64_t seed, int64_t index) {
  const auto bits = static_cast<uint64_t>(index);
  return {seed, Stream::data, static_cast<uint32_t>(bits >> 32), static_cast<uint32_t>(bits)};
}

}  // namespace mdsm
