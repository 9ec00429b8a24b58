#include "mdsm/data/distances.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

TEST(Distances, TwoPoints) {
  const auto statistics = distance_statistics(at::tensor({1.0, 2.0, 4.0, 6.0}, at::kDouble).view({2, 2}));
  EXPECT_DOUBLE_EQ(statistics.mean, 5);
  EXPECT_DOUBLE_EQ(statistics.median, 5);
  EXPECT_DOUBLE_EQ(statistics.largest, 5);
  for (const double nearest : statistics.nearest) EXPECT_DOUBLE_EQ(nearest, 5);
  EXPECT_EQ(statistics.repeated, 0);
}

// 0, 1, 3, 7: distances 1, 2, 3, 4, 6, 7; nearest 1, 1, 2, 4, whose quantiles interpolate linearly.
TEST(Distances, FourNumbers) {
  const auto statistics = distance_statistics(at::tensor({0.0, 1.0, 3.0, 7.0}, at::kDouble).view({4, 1}));
  EXPECT_NEAR(statistics.mean, 23.0 / 6, 1e-6);
  EXPECT_NEAR(statistics.median, 3.5, 1e-6);
  EXPECT_NEAR(statistics.largest, 7, 1e-6);
  EXPECT_NEAR(statistics.nearest[1], 1, 1e-12);
  EXPECT_NEAR(statistics.nearest[2], 1.5, 1e-12);
  EXPECT_NEAR(statistics.nearest[3], 2.5, 1e-12);
  EXPECT_NEAR(statistics.nearest[4], 2 + 0.85 * 2, 1e-12);
}

// Points of a grid of spacing 0.3 in three dimensions: every nearest neighbour is one step away.
TEST(Distances, Grid) {
  const Tensor axis = at::arange(11, at::kDouble) * 0.3;
  const Tensor grid = at::cartesian_prod({axis, axis, axis});
  const auto statistics = distance_statistics(grid);  // 1331 rows: three blocks
  for (const double nearest : statistics.nearest) EXPECT_NEAR(nearest, 0.3, 1e-12);
  EXPECT_NEAR(statistics.largest, 3 * std::sqrt(3.0), 1e-6);
}

// Far from the origin, differences as small as an 8-bit step still count; copies do not.
TEST(Distances, CopiesAreNotNeighbours) {
  Tensor x = at::full({3, 784}, 1000.0, at::kDouble);
  x[2][5] += 1 / 255.0;
  const auto statistics = distance_statistics(x);
  EXPECT_EQ(statistics.repeated, 2);
  EXPECT_NEAR(statistics.nearest[0], 1 / 255.0, 1e-9);
  EXPECT_NEAR(statistics.largest, 1 / 255.0, 1e-9);
  EXPECT_NEAR(statistics.mean, 2 / 255.0 / 3, 1e-9);
}

// For N(0, I) in d dimensions E|x - y| = 2 Gamma((d+1)/2)/Gamma(d/2). The mean over pairs of n points has the variance
// 4/n var(E[|x - y| given x]) + O(1/n^2), which is below 4/n * 1/2 here; 4.5 deviations: false alarms below 7e-6.
TEST(Distances, GaussianCloud) {
  constexpr int64_t kCount = 1500;
  for (const int64_t d : {1, 2, 10, 100}) {
    const Tensor x = RandomRows::slots(8, Stream::data, 0, kCount).normal(0, {d}, at::kDouble);
    const double half = static_cast<double>(d) / 2;
    const double expected = 2 * std::exp(std::lgamma(half + 0.5) - std::lgamma(half));
    EXPECT_NEAR(distance_statistics(x).mean, expected, 4.5 * std::sqrt(2.0 / kCount)) << d;
  }
}

TEST(Distances, AgreeWithDifferences) {
  const Tensor x = RandomRows::slots(9, Stream::data, 0, 700).uniform(0, {30}, at::kDouble);
  const Tensor pairs = at::pdist(x);
  const auto statistics = distance_statistics(x);
  EXPECT_NEAR(statistics.mean, pairs.mean().item<double>(), 1e-6);
  EXPECT_NEAR(statistics.median, quantile_of(pairs, 0.5), 1e-6);
  EXPECT_NEAR(statistics.largest, pairs.max().item<double>(), 1e-6);
  const Tensor nearest = (at::cdist(x, x) + at::eye(700, at::kDouble) * 1e9).amin({1});
  for (size_t i = 0; i < statistics.nearest.size(); ++i) {
    EXPECT_NEAR(statistics.nearest.at(i), quantile_of(nearest, DistanceStatistics::kQuantiles.at(i)), 1e-7);
  }
}

TEST(Distances, BadDataAreRejected) {
  testing::expect_error([] { distance_statistics(at::zeros({5, 2}, at::kDouble)); }, "all 5 data are equal");
  testing::expect_error([] { distance_statistics(at::zeros({1, 2}, at::kDouble)); }, "shape (1, 2)");
  testing::expect_error([] { distance_statistics(at::zeros({3, 2}, at::kFloat)); }, "float64");
  Tensor x = at::rand({4, 2}, at::kDouble);
  x[1][1] = NAN;
  testing::expect_error([&] { distance_statistics(x); }, "not finite");
}

TEST(Distances, AWatchHearsAndStops) {
  std::string last;
  const Tensor x = at::rand({600, 3}, at::kDouble);
  distance_statistics(x, Watch([&](double, std::string_view text) { last = text; }));
  EXPECT_EQ(last, "compared 600 of 600");
  testing::expect_error([&] { distance_statistics(x, Watch(nullptr, [] { return true; })); },
                        "interrupted (compared 512 of 600)", Fault::interrupted);
}

}  // namespace
}  // namespace mdsm
