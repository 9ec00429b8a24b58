#pragma once

#include "mdsm/evaluate/kolmogorov_smirnov.h"
#include "mdsm/evaluate/nearest_neighbours.h"
#include "mdsm/evaluate/parts.h"

namespace mdsm {

/// A datum nearer than this to one of the training set is a copy of it: rounding apart, all else lies further away.
inline constexpr double kCopyDistance = 1e-3;

/// How near training data are to samples, and to data that training never saw: copies would be nearer.
struct NeighbourComparison {
  Neighbours of_queries;
  Neighbours of_unseen;
  double median_ratio = 0;   ///< of the distances to the nearest: queries over unseen data
  KolmogorovSmirnov shift;   ///< of these distances
  int64_t exact_copies = 0;  ///< queries at less than kCopyDistance

  /// Distances to the nearest training datum, (Q) float64.
  Tensor nearest_of_queries() const { return of_queries.distances.select(1, 0); }
  Tensor nearest_of_unseen() const { return of_unseen.distances.select(1, 0); }
};

/// Where neighbours are looked for, and how.
struct NeighbourSearch {
  const Source& training;  ///< finite
  int64_t neighbours = 8;  ///< of each
  FeatureMap features = pixel_features;
  int64_t block = kNeighbourBlock;
};

/// \param queries, unseen  (Q, datum_shape...) each
/// \param parts            keeps the two searches
/// \throws Error as nearest_neighbours()
NeighbourComparison compare_neighbours(const Tensor& queries, const Tensor& unseen, const NeighbourSearch& search,
                                       const PartStore& parts = {}, const Watch& watch = {});

}  // namespace mdsm
