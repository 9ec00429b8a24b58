#include "mdsm/data/distances.h"

#include <ATen/Parallel.h>

#include <limits>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr int64_t kMostRows = 10000;  // 50 million pairs
constexpr int64_t kBlock = 512;       // rows of a matrix product

/// What the pairs of one block of rows tell, row by row.
struct Pairs {
  std::vector<float> distances;  ///< of the pairs i < j, in order of i
  Tensor nearest;                ///< (N) to the nearest row that is not equal; infinity if all are
  std::vector<char> repeated;    ///< one a row: has an equal
};

/// Number of pairs i < j with i below `row`.
int64_t pairs_before(int64_t row, int64_t count) { return row * count - row * (row + 1) / 2; }

Pairs all_pairs(const Tensor& x, const Watch& watch) {
  const int64_t count = x.size(0);
  const Tensor squares = x.square().sum(1);
  // Above the rounding of the matrix product, below the difference of any two different 8-bit images.
  const double equal = 1e-12 * squares.max().item<double>();
  Pairs pairs{std::vector<float>(static_cast<size_t>(pairs_before(count, count))),
              at::full({count}, std::numeric_limits<double>::infinity(), at::kDouble),
              std::vector<char>(static_cast<size_t>(count))};
  double* nearest = pairs.nearest.mutable_data_ptr<double>();
  for (int64_t first = 0; first < count; first += kBlock) {
    const int64_t rows = std::min(kBlock, count - first);
    const Tensor block =
        (squares.narrow(0, first, rows).unsqueeze(1) + squares - 2 * x.narrow(0, first, rows).mm(x.t())).contiguous();
    const double* values = block.const_data_ptr<double>();
    at::parallel_for(0, rows, 16, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = first + i;
        float* out = pairs.distances.data() + pairs_before(row, count);
        for (int64_t j = 0; j < count; ++j) {
          if (j == row) continue;
          const double square = values[i * count + j];
          const double distance = square <= equal ? 0 : std::sqrt(square);
          if (distance > 0) nearest[row] = std::min(nearest[row], distance);
          if (distance == 0) pairs.repeated[static_cast<size_t>(row)] = 1;
          if (j > row) *out++ = static_cast<float>(distance);
        }
      }
    });
    watch.update(first + rows, count, "compared");
  }
  return pairs;
}

/// The middle value; of an even number, the mean of the two in the middle. Reorders.
double median_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (static_cast<double>(*std::max_element(values.begin(), middle)) + static_cast<double>(*middle)) / 2;
}

}  // namespace

double quantile_of(const Tensor& values, double quantile) { return at::quantile(values, quantile).item<double>(); }

DistanceStatistics distance_statistics(const Tensor& x, const Watch& watch) {
  require(x.dim() == 2 && x.scalar_type() == at::kDouble && x.size(0) >= 2 && x.size(0) <= kMostRows,
          "distances: data have shape {} (expected float64 rows, 2 to {} of them).", to_text(x.sizes()), kMostRows);
  require(x.isfinite().all().item<bool>(), "distances: the data hold a value that is not finite. Repair the data set.");
  Pairs pairs = all_pairs(x - x.mean(0, true), watch);
  require(pairs.nearest.isfinite().all().item<bool>(),
          "distances: all {} data are equal (no distance is known). Pass a data set that varies.", x.size(0));
  DistanceStatistics statistics;
  double sum = 0;
  for (const float distance : pairs.distances) sum += static_cast<double>(distance);
  statistics.mean = sum / static_cast<double>(pairs.distances.size());
  statistics.largest = *std::max_element(pairs.distances.begin(), pairs.distances.end());
  statistics.median = median_of(pairs.distances);
  for (size_t i = 0; i < statistics.nearest.size(); ++i) {
    statistics.nearest.at(i) = quantile_of(pairs.nearest, DistanceStatistics::kQuantiles.at(i));
  }
  statistics.repeated = std::count(pairs.repeated.begin(), pairs.repeated.end(), 1);
  return statistics;
}

}  // namespace mdsm
