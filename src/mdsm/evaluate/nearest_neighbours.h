#pragma once

#include <functional>

#include "mdsm/base/watch.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// What distances are measured between: rows (B, F) float32 of a batch of data.
using FeatureMap = std::function<Tensor(const Tensor& x)>;

/// The pixels themselves.
Tensor pixel_features(const Tensor& x);

/// The nearest data of a set, nearest first.
struct Neighbours {
  Tensor indices;    ///< (Q, k) int64, in the set
  Tensor distances;  ///< (Q, k) float64, Euclidean
};

/// Data that are compared with the queries at once if nothing else is said.
inline constexpr int64_t kNeighbourBlock = 2000;

/// For each query its k nearest data of the set, read in blocks: memory is that of the queries' features, one block and
/// one (Q, block) matrix.
///
/// Squared distances come from matrix products of rows moved to the queries' mean, in float32; those of the k + 4 best
/// are computed again from differences, which ranks them exactly. Equal distances: the smaller index first.
/// \param queries  (Q, datum_shape...)
/// \throws Error unless 1 <= k <= data.size() and the set is finite
Neighbours nearest_neighbours(const Tensor& queries, const Source& data, int64_t k, const FeatureMap& features,
                              int64_t block = kNeighbourBlock, const Watch& watch = {});

/// `rows` queries that stand for all (data/subset.h), each before its neighbours in `data`: (rows * (1 + k),
/// datum_shape...), for a picture of 1 + k columns. Fewer rows where there are fewer queries.
Tensor queries_with_neighbours(const Tensor& queries, const Source& data, const Neighbours& found, int64_t rows);

}  // namespace mdsm
