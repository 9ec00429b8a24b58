#include "mdsm/data/moments.h"

#include <algorithm>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/data/covariance.h"
#include "mdsm/data/subset.h"

namespace mdsm {
namespace {

constexpr int64_t kBatch = 500;
constexpr int64_t kBatchValues = int64_t{1} << 21;  // 16 MiB in float64

/// Data of a batch: fewer where they are large.
size_t batch_of(const Source& source) {
  const int64_t width = std::max<int64_t>(1, element_count(source.info().datum_shape));
  return static_cast<size_t>(std::clamp<int64_t>(kBatchValues / width, 1, kBatch));
}

/// (b, d) float64.
Tensor rows_at(const Source& source, std::span<const int64_t> places) {
  return source.read(places).flatten(1).to(at::kDouble);
}

/// Calls action(rows) with batches (b, d) float64.
template <class Action>
void for_each_batch(const Source& source, const std::vector<int64_t>& places, const Watch& watch, Action action) {
  const size_t batch = batch_of(source);
  for (size_t begin = 0; begin < places.size(); begin += batch) {
    const size_t count = std::min(batch, places.size() - begin);
    action(rows_at(source, std::span(places).subspan(begin, count)));
    watch.update(static_cast<int64_t>(begin + count), static_cast<int64_t>(places.size()), "measured moments of");
  }
}

/// X X' of the rows at these places less the mean, block by block: as float64 all of them may take more than the set.
Tensor gram(const Source& source, const std::vector<int64_t>& places, const Tensor& mean, const Watch& watch) {
  const auto count = static_cast<int64_t>(places.size());
  const auto batch = static_cast<int64_t>(batch_of(source));
  const auto block = [&](int64_t first) {
    const auto size = static_cast<size_t>(std::min(batch, count - first));
    return rows_at(source, std::span(places).subspan(static_cast<size_t>(first), size)) - mean;
  };
  Tensor products = at::empty({count, count}, at::kDouble);
  for (int64_t i = 0; i < count; i += batch) {
    const Tensor rows = block(i);
    for (int64_t j = 0; j <= i; j += batch) {
      const Tensor part = rows.mm((j == i ? rows : block(j)).t());
      products.narrow(0, i, part.size(0)).narrow(1, j, part.size(1)).copy_(part);
      products.narrow(0, j, part.size(1)).narrow(1, i, part.size(0)).copy_(part.t());
    }
    watch.update(std::min(i + batch, count), count, "measured moments of");
  }
  return products;
}

/// From the Gram matrix X X'/n of the centred subset: it has the eigenvalues l of X' X/n, whose eigenvectors are
/// X' u / sqrt(n l).
PrincipalParts parts_of_subset(const Source& source, const std::vector<int64_t>& places, const Tensor& mean,
                               int64_t rank, const Watch& watch) {
  const auto n = static_cast<double>(places.size());
  PrincipalParts parts = principal_parts(gram(source, places, mean, watch.part(0, 0.9)) / n, rank);
  const Tensor scale = (parts.values * n).clamp_min(1e-300).rsqrt();
  const Tensor weights = parts.vectors * scale.unsqueeze(1);
  parts.vectors = at::zeros({rank, mean.size(0)}, at::kDouble);
  int64_t done = 0;
  for_each_batch(source, places, watch.part(0.9, 1), [&](const Tensor& rows) {
    parts.vectors.addmm_(weights.narrow(1, done, rows.size(0)), rows - mean);
    done += rows.size(0);
  });
  return parts;
}

/// An eigenvector's sign is free: its largest element is made positive, so that two machines agree.
Tensor with_fixed_signs(const Tensor& vectors) {
  const Tensor largest = vectors.gather(1, vectors.abs().argmax(1, /*keepdim=*/true));
  return vectors * at::where(largest < 0, -1.0, 1.0);
}

/// The principal parts of n data that stand for the source, and the mean of these.
std::pair<PrincipalParts, Tensor> parts_of(const Source& source, int64_t n, int64_t most_rank, const Watch& watch) {
  const int64_t d = element_count(source.info().datum_shape);
  const bool dense = d <= kDenseMoments;
  using Keep = CovarianceAccumulator::Keep;
  CovarianceAccumulator sums(dense ? Keep::covariance : Keep::variances);
  for_each_batch(source, subset_of(source, n), watch.part(0, 0.9), [&](const Tensor& rows) { sums.add(rows); });
  const int64_t subset = std::min(n, kMomentSubset);
  const int64_t rank = std::min({most_rank, d, (dense ? n : subset) - 1});
  if (dense) return {principal_parts(sums.covariance(Divisor::count), rank), sums.mean()};
  PrincipalParts parts = parts_of_subset(source, subset_of(source, subset), sums.mean(), rank, watch.part(0.9, 1));
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
