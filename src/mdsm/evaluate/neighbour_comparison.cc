#include "mdsm/evaluate/neighbour_comparison.h"

namespace mdsm {
namespace {

Neighbours neighbours_of(const std::string& name, const Tensor& queries, const NeighbourSearch& search,
                         const PartStore& parts, const Watch& watch) {
  const std::vector<NamedArray> part = parts.get("neighbours-of-" + name, [&]() -> std::vector<NamedArray> {
    const Neighbours found =
        nearest_neighbours(queries, search.training, search.neighbours, search.features, search.block, watch);
    return {{"indices", found.indices}, {"distances", found.distances}};
  });
  return {array_of(part, "indices"), array_of(part, "distances")};
}

}  // namespace

NeighbourComparison compare_neighbours(const Tensor& queries, const Tensor& unseen, const NeighbourSearch& search,
                                       const PartStore& parts, const Watch& watch) {
  NeighbourComparison found{.of_queries = neighbours_of("samples", queries, search, parts, watch.part(0, 0.5)),
                            .of_unseen = neighbours_of("test", unseen, search, parts, watch.part(0.5, 1)),
                            .shift = {}};
  const Tensor nearest = found.nearest_of_queries(), usual = found.nearest_of_unseen();
  found.median_ratio = nearest.median().item<double>() / usual.median().item<double>();
  found.shift = kolmogorov_smirnov(nearest, usual);
  found.exact_copies = (nearest < kCopyDistance).sum().item<int64_t>();
  return found;
}

}  // namespace mdsm
