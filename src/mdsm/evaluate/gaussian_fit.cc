#include "mdsm/evaluate/gaussian_fit.h"

#include <algorithm>

#include "mdsm/base/named.h"
#include "mdsm/data/index_range.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/low_rank_gaussian.h"

namespace mdsm {
namespace {

constexpr int64_t kBatch = 1000;
constexpr int64_t kLargestDatum = 16384;  // a covariance of 2 GiB

}  // namespace

Moments data_moments(const Source& data, const Watch& watch) {
  const Shape& shape = data.info().datum_shape;
  const int64_t width = element_count(shape);
  const int64_t count = data.size();
  require(count >= 2 && count != Source::kEndless, "{}: moments of {} data (expected 2 or more, a finite set).",
          data.info().name, count);
  require(width <= kLargestDatum, "{}: data of {} elements (a covariance is kept for at most {}).", data.info().name,
          width, kLargestDatum);
  MomentAccumulator moments;
  for (int64_t first = 0; first < count; first += kBatch) {
    const int64_t size = std::min(kBatch, count - first);
    moments.add(data.read(index_range(first, size)).flatten(1));
    watch.update(first + size, count, data.info().name + ": moments of");
  }
  return moments.moments();
}

const std::vector<std::string>& reference_shape_names() {
  static const std::vector<std::string> names{"diagonal", "low-rank"};
  return names;
}

ReferenceShape reference_shape(const std::string& name) {
  return static_cast<ReferenceShape>(index_of_name(name, reference_shape_names(), "reference_shape"));
}

std::unique_ptr<AnalyticEnergy> gaussian_reference(const Moments& moments, const Shape& datum_shape,
                                                   ReferenceShape shape, int64_t rank, double noise) {
  require(noise > 0, "reference: a noise of {} (it must be positive: some pixels never vary).", noise);
  const double added = noise * noise;
  if (shape == ReferenceShape::diagonal) {
    const Tensor variance = moments.covariance.diagonal().clamp_min(0) + added;
    return std::make_unique<DiagonalGaussianEnergy>(moments.mean.reshape(datum_shape), variance.reshape(datum_shape));
  }
  require(rank >= 1, "reference: rank {} (expected at least 1).", rank);
  const int64_t width = moments.covariance.size(0);
  const int64_t kept = std::min(rank, width);
  const PrincipalParts parts = principal_parts(moments.covariance, kept);
  return std::make_unique<LowRankGaussianEnergy>(moments.mean.reshape(datum_shape), parts.vectors.flip(0).t(),
                                                 parts.values.flip(0) + added, parts.residual + added);
}

}  // namespace mdsm
