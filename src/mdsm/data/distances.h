#pragma once

#include <array>
#include <cstdint>

#include "mdsm/base/tensor.h"
#include "mdsm/base/watch.h"

namespace mdsm {

/// Euclidean distances between all pairs of some data, and of each to its nearest different one.
struct DistanceStatistics {
  /// Quantiles of the nearest distance that are kept.
  static constexpr std::array<double, 5> kQuantiles{0.05, 0.25, 0.5, 0.75, 0.95};

  double mean = 0;
  double median = 0;
  double largest = 0;
  std::array<double, 5> nearest{};  ///< quantiles of the distance to the nearest datum that is not equal
  int64_t repeated = 0;             ///< data that have an equal among the others
};

/// Statistics of the distances between the rows of x.
///
/// Squared distances come from matrix products of the centred rows, |a - b|^2 = |a|^2 + |b|^2 - 2 a.b in float64; those
/// below 1e-12 of the largest |a|^2 are rounding and count as 0.
/// \param x  (N, D) float64, 2 <= N <= 10000
/// \throws Error for another shape, for values that are not finite, or if all rows are equal; (interrupted)
DistanceStatistics distance_statistics(const Tensor& x, const Watch& watch = {});

/// The value below which a share `quantile` of the values lies, with linear interpolation between order statistics.
/// \param values  (N) float64, N >= 1
double quantile_of(const Tensor& values, double quantile);

}  // namespace mdsm
