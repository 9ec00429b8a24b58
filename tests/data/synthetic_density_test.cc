#include "mdsm/data/synthetic/density.h"

#include <gtest/gtest.h>

#include <numbers>

#include "mdsm/data/synthetic/checkerboard.h"
#include "mdsm/data/synthetic/draws.h"
#include "mdsm/data/synthetic/gaussians.h"
#include "mdsm/data/synthetic/ring.h"
#include "mdsm/data/synthetic/smoothed_curve.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using std::numbers::pi;

/// Every point (x, y) of two lists of coordinates, (n*n, 2).
Tensor all_points(const Tensor& coordinates) {
  const int64_t n = coordinates.size(0);
  return at::stack({coordinates.unsqueeze(0).expand({n, n}), coordinates.unsqueeze(1).expand({n, n})}, 2)
      .reshape({-1, 2});
}

std::vector<RandomKey> keys(int64_t count) {
  std::vector<RandomKey> keys;
  for (int64_t i = 0; i < count; ++i) keys.push_back(key_of_datum(2024, i));
  return keys;
}

/// Probability of each of cells x cells squares of [-h, h]^2, by Gauss and Legendre's five points an axis.
Tensor cell_probabilities(const SyntheticDensity& density, int64_t cells) {
  const std::array<double, 5> nodes{-0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831,
                                    0.9061798459386640};
  const std::array<double, 5> weights{0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665,
                                      0.2369268850561891};
  const double side = 2 * density.half_width() / static_cast<double>(cells);
  Tensor coordinates = at::empty({cells * 5}, at::kDouble);
  for (int64_t i = 0; i < cells * 5; ++i) {
    const double centre = -density.half_width() + side * (static_cast<double>(i / 5) + 0.5);
    coordinates[i] = centre + side / 2 * nodes.at(static_cast<size_t>(i % 5));
  }
  const Tensor weight = at::tensor(at::ArrayRef<double>(weights.data(), 5), at::kDouble) * (side / 2);
  const Tensor values = density.log_density(all_points(coordinates)).exp().view({cells, 5, cells, 5});
  return at::einsum("iajb,a,b->ij", {values, weight, weight}).flatten();
}

class EveryDensity : public ::testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const SyntheticDensity> density_ = synthetic_density(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Synthetic, EveryDensity, ::testing::ValuesIn(synthetic_density_names()), [](const auto& name) {
  std::string plain = name.param;
  std::erase(plain, '-');
  return plain;
});

// Midpoint rule on a fine grid: for these laws, smoothed by a Gaussian wider than the spacing or aligned with it, exact
// to 1e-9.
TEST_P(EveryDensity, IntegratesToOne) {
  const double half = density_->half_width();
  const auto n = 2 * static_cast<int64_t>(std::ceil(half / 0.08));
  const double step = 2 * half / static_cast<double>(n);
  const Tensor coordinates = (at::arange(n, at::kDouble) + 0.5) * step - half;
  const double mass = density_->log_density(all_points(coordinates)).exp().sum().item<double>() * step * step;
  EXPECT_NEAR(mass, 1, 2e-9);
}

// 100 000 draws in 40 x 40 cells, those that expect fewer than five lumped together. The p-value of Pearson's
// chi-square is uniform if the sampler is right: below 1e-6 once in a million seeds, for each density.
TEST_P(EveryDensity, SamplesMatch) {
  constexpr int64_t kCells = 40;
  constexpr int64_t kDraws = 100000;
  const Tensor expected = cell_probabilities(*density_, kCells) * kDraws;
  const double half = density_->half_width();
  const Tensor points = density_->sample(keys(kDraws));
  const Tensor cell = ((points + half) / (2 * half) * kCells).floor().to(at::kLong);
  ASSERT_TRUE(((cell >= 0) & (cell < kCells)).all().item<bool>());
  const Tensor counts =
      at::bincount(cell.select(1, 1) * kCells + cell.select(1, 0), {}, kCells * kCells).to(at::kDouble);
  const Tensor common = expected >= 5;
  const Tensor want = at::cat({expected.index({common}), (kDraws - expected.index({common}).sum()).view(1)});
  const Tensor seen = at::cat({counts.index({common}), (kDraws - counts.index({common}).sum()).view(1)});
  const Tensor used = want > 1e-3;
  EXPECT_LE(seen.index({~used}).sum().item<double>(), 0);
  const double statistic = ((seen - want).pow(2) / want).index({used}).sum().item<double>();
  const double degrees = used.sum().item<double>() - 1;
  ASSERT_GT(degrees, 10);
  const double p =
      at::special_gammaincc(at::scalar_tensor(degrees / 2, at::kDouble), at::scalar_tensor(statistic / 2, at::kDouble))
          .item<double>();
  EXPECT_GT(p, 1e-6) << "chi-square " << statistic << " of " << degrees << " degrees";
}

TEST_P(EveryDensity, TakesFloat32AndRejectsOtherShapes) {
  const Tensor points = density_->sample(keys(50));
  EXPECT_EQ(points.sizes(), at::IntArrayRef({50, 2}));
  const Tensor rounded = points.to(at::kFloat);
  testing::expect_close(density_->log_density(rounded), density_->log_density(rounded.to(at::kDouble)), 0);
  EXPECT_TRUE(density_->log_density(rounded).isfinite().all().item<bool>());
  testing::expect_error([&] { density_->log_density(at::zeros({2})); }, "shape (2)");
  testing::expect_error([&] { density_->log_density(at::zeros({4, 3})); }, "shape (4, 3)");
}

TEST(SyntheticDensity, ClosedFormsAtPoints) {
  const auto gaussian = synthetic_density("gaussian");
  EXPECT_NEAR(gaussian->log_density_at(0.5, -0.5), -std::log(2 * pi * 0.7 * 0.8), 1e-14);
  // One deviation along x: (1 - 0)/(1 - 0.36) / 2 below.
  EXPECT_NEAR(gaussian->log_density_at(1.5, -0.5), -std::log(2 * pi * 0.56) - 0.5 / 0.64, 1e-14);
  const auto board = synthetic_density("checkerboard");
  EXPECT_EQ(board->log_density_at(-3, -3), -std::log(32.0));
  EXPECT_EQ(board->log_density_at(-1, -3), -INFINITY);
  EXPECT_EQ(board->log_density_at(-1, -1), -std::log(32.0));
  EXPECT_EQ(board->log_density_at(4.01, 3), -INFINITY);
  EXPECT_EQ(board->log_density_at(NAN, 3), -INFINITY);
  EXPECT_EQ(board->log_density_at(4, 4), -std::log(32.0));  // edges count
}

// A square of side l about the origin, walked along its four sides, smoothed by s: at the centre every side gives
// N(l/2; 0, s^2) (2 Phi(l/2s) - 1) / l / 4. Far out, on the axis, only the near side counts.
TEST(SyntheticDensity, SmoothedSquareByHand) {
  const double s = 0.3;
  const SmoothedCurve square({{"square", {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}}, {1, 1, 1, 1}}}, s);
  const double at_centre = std::exp(-1 / (2 * s * s)) / std::sqrt(2 * pi) / s * std::erf(1 / s / std::sqrt(2)) / 2;
  EXPECT_NEAR(square.log_density_at(0, 0), std::log(at_centre), 1e-12);
  const double far =
      -49 * 49 / (2 * s * s) - std::log(std::sqrt(2 * pi) * s * 8) + std::log(std::erf(1 / s / std::sqrt(2)));
  EXPECT_NEAR(square.log_density_at(50, 0), far, 1e-4);
}

// A straight line cut into 64 sides is the same density as one of a single side.
TEST(SyntheticDensity, CuttingALineChangesNothing) {
  PolygonArm fine{"line", {}, std::vector<double>(64, 1)};
  for (int i = 0; i <= 64; ++i) fine.corners.push_back({-2 + i / 16.0, 1 - i / 32.0});
  const SmoothedCurve many({fine}, 0.2);
  const SmoothedCurve one({{"line", {{-2, 1}, {2, -1}}, {5}}}, 0.2);
  const Tensor points = all_points(at::linspace(-6, 6, 41, at::kDouble));
  testing::expect_close(many.log_density(points), one.log_density(points), 1e-12);
}

TEST(SyntheticDensity, LogNormalDistribution) {
  EXPECT_NEAR(log_normal_distribution(0), -std::numbers::ln2, 1e-15);
  EXPECT_NEAR(log_normal_distribution(3), std::log1p(-std::erfc(3 / std::numbers::sqrt2) / 2), 1e-15);
  for (const double x : {-29.999999, -30.000001, -40.0, -100.0, -1000.0}) {
    const double expected = at::special_log_ndtr(at::scalar_tensor(x, at::kDouble)).item<double>();
    EXPECT_NEAR(log_normal_distribution(x), expected, 1e-13 * std::abs(expected)) << x;
  }
}

TEST(SyntheticDensity, PartsAreWhereTheySay) {
  const auto grid = synthetic_density("mixture-grid");
  ASSERT_EQ(grid->parts().size(), 25U);
  const auto board = synthetic_density("checkerboard");
  ASSERT_EQ(board->parts().size(), 8U);
  for (const RandomKey& key : keys(200)) {
    const PlanePoint point = grid->draw(key);
    const auto name =
        fmt::format("({:.0f}, {:.0f})", 2 * std::round(point.x / 2) + 0.0, 2 * std::round(point.y / 2) + 0.0);
    EXPECT_EQ(grid->parts().at(static_cast<size_t>(point.part)), name);
    const PlanePoint square = board->draw(key);
    EXPECT_EQ(board->parts().at(static_cast<size_t>(square.part)),
              fmt::format("row {} column {}", std::floor((square.y + 4) / 2), std::floor((square.x + 4) / 2)));
  }
  EXPECT_EQ(synthetic_density("spirals")->parts(), (std::vector<std::string>{"first", "second"}));
  EXPECT_TRUE(synthetic_density("gaussian")->parts().empty());
}

TEST(SyntheticDensity, BadParametersAreRejected) {
  testing::expect_error([] { synthetic_density("spiral"); }, "Did you mean 'spirals'?");
  testing::expect_error([] { GaussianMixture({}); }, "no components");
  testing::expect_error([] { GaussianMixture({{.deviation_x = 0, .name = ""}}); }, "deviations 0 and 1");
  testing::expect_error([] { GaussianMixture({{.correlation = 1, .name = ""}}); }, "correlation 1");
  testing::expect_error([] { Ring(2, 0); }, "width 0");
  testing::expect_error([] { Checkerboard(3, 1); }, "3 squares");
  testing::expect_error([] { SmoothedCurve({{"a", {{0, 0}, {1, 1}}, {}}}, 1); }, "2 corners and 0 weights");
  testing::expect_error([] { SmoothedCurve({{"a", {{0, 0}, {0, 0}}, {1}}}, 1); }, "length 0");
  testing::expect_error([] { SmoothedCurve({}, 1); }, "0 arms");
}

}  // namespace
}  // namespace mdsm
