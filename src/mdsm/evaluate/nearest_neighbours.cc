#include "mdsm/evaluate/nearest_neighbours.h"

#include <limits>

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/subset.h"

namespace mdsm {
namespace {

/// Candidates kept beyond k, for what rounding may swap.
constexpr int64_t kSpare = 4;

/// Merges a block's squared distances (Q, B) into the best so far, (Q, <= kept).
void merge(Tensor& squares, Tensor& indices, const Tensor& block, int64_t first, int64_t kept) {
  const Tensor places = at::arange(first, first + block.size(1), at::kLong).expand(block.sizes());
  const Tensor all = squares.defined() ? at::cat({squares, block}, 1) : block;
  const Tensor all_places = indices.defined() ? at::cat({indices, places}, 1) : places;
  const auto [best, where] = all.topk(std::min(kept, all.size(1)), 1, /*largest=*/false);
  squares = best;
  indices = all_places.gather(1, where);
}

/// Exact distances of the candidates (Q, C), sorted by (distance, index), cut to k.
Neighbours refine(const Tensor& rows, const Source& data, const Tensor& candidates, int64_t k,
                  const FeatureMap& features) {
  Neighbours out{at::empty({rows.size(0), k}, at::kLong), at::empty({rows.size(0), k}, at::kDouble)};
  for (int64_t query = 0; query < rows.size(0); ++query) {
    const Tensor index = std::get<0>(candidates[query].sort());
    const std::vector<int64_t> places(index.const_data_ptr<int64_t>(), index.const_data_ptr<int64_t>() + index.numel());
    const Tensor near = features(data.read(places)).to(at::kDouble);
    const Tensor distance = (near - rows[query].to(at::kDouble)).norm(2, {1});
    const auto [sorted, order] = distance.sort(/*stable=*/true, /*dim=*/0, /*descending=*/false);
    out.indices[query].copy_(index.index_select(0, order.narrow(0, 0, k)));
    out.distances[query].copy_(sorted.narrow(0, 0, k));
  }
  return out;
}

}  // namespace

Tensor pixel_features(const Tensor& x) { return x.flatten(1); }

Neighbours nearest_neighbours(const Tensor& queries, const Source& data, int64_t k, const FeatureMap& features,
                              int64_t block, const Watch& watch) {
  require(data.size() != Source::kEndless, "{}: these data never end (nearest neighbours need a finite set).",
          data.info().name);
  require(k >= 1 && k <= data.size(), "{}: {} neighbours asked for among {} data. Ask for fewer neighbours.",
          data.info().name, k, data.size());
  require_batch(queries, data.info().datum_shape, "neighbours");
  const Tensor rows = features(queries).contiguous();
  const Tensor origin = rows.mean(0);
  const Tensor moved = rows - origin;
  const Tensor own = moved.square().sum(1, true);
  Tensor squares, indices;
  for (int64_t first = 0; first < data.size(); first += block) {
    const int64_t size = std::min(block, data.size() - first);
    const Tensor near = features(data.read(index_range(first, size))) - origin;
    merge(squares, indices, (own + near.square().sum(1)).addmm_(moved, near.t(), 1, -2), first, k + kSpare);
    watch.update(first + size, data.size(), data.info().name + ": looked at");
  }
  return refine(rows, data, indices, k, features);
}

Tensor queries_with_neighbours(const Tensor& queries, const Source& data, const Neighbours& found, int64_t rows) {
  Tensors images;
  for (const int64_t row : subset_of(queries.size(0), rows)) {
    const Tensor index = found.indices[row].contiguous();
    images.push_back(queries.narrow(0, row, 1));
    images.push_back(data.read({index.const_data_ptr<int64_t>(), static_cast<size_t>(index.size(0))}));
  }
  return at::cat(images);
}

}  // namespace mdsm
