#include "mdsm/data/moments.h"

#include <algorithm>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/data/covariance.h"
#include "mdsm/data/subset.h"

namespace mdsm {
namespace {

constexpr int64_t kBatch = 500;

/// `count` places spread evenly over the source, or the first of one that never ends.
std::vector<int64_t> even_places(const Source& source, int64_t count) {
  std::vector<int64_t> places(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    places[static_cast<size_t>(i)] = source.size() == Source::kEndless ? i : even_place(i, source.size(), count);
  }
  return places;
}

/// Calls action(rows) with batches (b, d) float64.
template <class Action>
void for_each_batch(const Source& source, const std::vector<int64_t>& places, const Watch& watch, Action action) {
  for (size_t begin = 0; begin < places.size(); begin += kBatch) {
    const size_t count = std::min<size_t>(kBatch, places.size() - begin);
    action(source.read(std::span(places).subspan(begin, count)).flatten(1).to(at::kDouble));
    watch.update(static_cast<int64_t>(begin + count), static_cast<int64_t>(places.size()), "measured moments of");
  }
}

/// From the Gram matrix X X'/n of the centred subset: it has the eigenvalues l of X' X/n, whose eigenvectors are
/// X' u / sqrt(n l).
PrincipalParts parts_of_subset(const Source& source, const std::vector<int64_t>& places, const Tensor& mean,
                               int64_t rank, const Watch& watch) {
  Tensors batches;
  for_each_batch(source, places, watch, [&](const Tensor& rows) { batches.push_back(rows - mean); });
  const Tensor x = at::cat(batches);
  const auto n = static_cast<double>(x.size(0));
  PrincipalParts parts = principal_parts(x.mm(x.t()) / n, rank);
  const Tensor scale = (parts.values * n).clamp_min(1e-300).rsqrt();
  parts.vectors = parts.vectors.mm(x) * scale.unsqueeze(1);
  return parts;
}

/// An eigenvector's sign is free: its largest element is made positive, so that two machines agree.
Tensor with_fixed_signs(const Tensor& vectors) {
  const Tensor largest = vectors.gather(1, vectors.abs().argmax(1, /*keepdim=*/true));
  return vectors * at::where(largest < 0, -1.0, 1.0);
}

/// The principal parts of n data at their even places, and the mean of these.
std::pair<PrincipalParts, Tensor> parts_of(const Source& source, int64_t n, int64_t most_rank, const Watch& watch) {
  const int64_t d = element_count(source.info().datum_shape);
  const bool dense = d <= kDenseMoments;
  using Keep = CovarianceAccumulator::Keep;
  CovarianceAccumulator sums(dense ? Keep::covariance : Keep::variances);
  for_each_batch(source, even_places(source, n), watch.part(0, 0.9), [&](const Tensor& rows) { sums.add(rows); });
  const int64_t subset = std::min(n, kMomentSubset);
  const int64_t rank = std::min({most_rank, d, (dense ? n : subset) - 1});
  if (dense) return {principal_parts(sums.covariance(Divisor::count), rank), sums.mean()};
  PrincipalParts parts = parts_of_subset(source, even_places(source, subset), sums.mean(), rank, watch.part(0.9, 1));
  const double left = sums.trace(Divisor::count) - parts.values.sum().item<double>();
  parts.residual = std::max(left / static_cast<double>(d - rank), 0.0);
  return {std::move(parts), sums.mean()};
}

}  // namespace

DataMoments fit_moments(const Source& source, const MomentOptions& options, const Watch& watch) {
  require(options.rank >= 1, "moments: a rank of {} (expected at least 1).", options.rank);
  require(options.most_data >= 2 && source.size() >= 2, "moments: {} data (expected at least 2).",
          std::min(options.most_data, source.size()));
  const Shape shape = source.info().datum_shape;
  const auto [parts, mean] = parts_of(source, std::min(options.most_data, source.size()), options.rank, watch);
  const Tensor size = (parts.values - parts.residual).clamp_min(0).sqrt().unsqueeze(1);
  const Tensor factor = (with_fixed_signs(parts.vectors) * size).to(at::kHalf).to(at::kFloat);
  return {mean.to(at::kFloat).view(shape), factor.view(batch_shape(factor.size(0), shape)), parts.residual};
}

}  // namespace mdsm
