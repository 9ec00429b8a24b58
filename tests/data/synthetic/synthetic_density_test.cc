#include "mdsm/data/synthetic/density.h"

#include <gtest/gtest.h>

#include <numbers>

#include "mdsm/data/synthetic/checkerboard.h"
#include "mdsm/data/synthetic/gaussians.h"
#include "mdsm/data/synthetic/ring.h"
#include "mdsm/data/synthetic/smoothed_curve.h"
#include "support/check_density.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using std::numbers::pi;

class EveryDensity : public ::testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<const SyntheticDensity> density_ = synthetic_density(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Synthetic, EveryDensity, ::testing::ValuesIn(synthetic_density_names()), [](const auto& name) {
  std::string plain = name.param;
  std::erase(plain, '-');
  return plain;
});

TEST_P(EveryDensity, IntegratesToOne) { EXPECT_NEAR(testing::grid_moments(*density_, 0.08).mass, 1, 2e-9); }

// Of a right sampler, one seed in a million gives a smaller p-value, for each density.
TEST_P(EveryDensity, SamplesMatch) { EXPECT_GT(testing::chi_square_p_value(*density_), 1e-6); }

TEST_P(EveryDensity, TakesFloat32AndRejectsOtherShapes) {
  const Tensor points = density_->sample(testing::data_keys(50));
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

// The curves' laws as density.h states them, up to the polygon's chords (1e-3):
// E[theta^2]/9 = pi^2 E[u], and E[t^2]/25 over [1.5 pi, 4.5 pi] = 9.75 pi^2/25; plus 2 s^2.
TEST(SyntheticDensity, SecondMomentsOfTheCurves) {
  const double spirals = pi * pi / 2 + 2 * 0.01;
  EXPECT_NEAR(testing::grid_moments(*synthetic_density("spirals"), 0.08).square, spirals, 2e-3 * spirals);
  const double roll = 9.75 * pi * pi / 25 + 2 * 0.0225;
  EXPECT_NEAR(testing::grid_moments(*synthetic_density("swiss-roll"), 0.08).square, roll, 2e-3 * roll);
}

// Shapes that the named sets hide: a ring wider than its radius, noise wider than the cells, unequal sides and arms.
// False alarms: one in a million each.
TEST(SyntheticDensity, WideShapes) {
  const Ring ring(0.5, 1);
  EXPECT_NEAR(testing::grid_moments(ring, 0.01).mass, 1, 1e-5);  // a kink at the origin
  EXPECT_GT(testing::chi_square_p_value(ring), 1e-6);
  const SmoothedCurve curve({{"first", {{-1, 0}, {1, 0}, {1, 2}}, {1, 3}}, {"second", {{0, -2}, {-2, -2}}, {7}}}, 0.4);
  EXPECT_NEAR(testing::grid_moments(curve, 0.2).mass, 1, 2e-9);
  EXPECT_GT(testing::chi_square_p_value(curve), 1e-6);
}

// A straight line cut into 64 sides is the same density as one of a single side.
TEST(SyntheticDensity, CuttingALineChangesNothing) {
  PolygonArm fine{"line", {}, std::vector<double>(64, 1)};
  for (int i = 0; i <= 64; ++i) fine.corners.push_back({-2 + i / 16.0, 1 - i / 32.0});
  const SmoothedCurve many({fine}, 0.2);
  const SmoothedCurve one({{"line", {{-2, 1}, {2, -1}}, {5}}}, 0.2);
  const Tensor points = testing::all_points(at::linspace(-6, 6, 41, at::kDouble));
  testing::expect_close(many.log_density(points), one.log_density(points), 1e-12);
}

TEST(SyntheticDensity, LogNormalDistribution) {
  EXPECT_NEAR(log_normal_distribution(0), -std::numbers::ln2, 1e-15);
  EXPECT_NEAR(log_normal_distribution(3), std::log1p(-std::erfc(3 / std::numbers::sqrt2) / 2), 1e-15);
  for (const double x : {-29.999999, -30.000001, -40.0, -100.0, -1000.0}) {
    const double expected = at::special_log_ndtr(at::scalar_tensor(x, at::kDouble)).item<double>();
    EXPECT_NEAR(log_normal_distribution(x), expected, 1e-14 * std::abs(expected)) << x;
  }
}

TEST(SyntheticDensity, PartsAreWhereTheySay) {
  const auto grid = synthetic_density("mixture-grid");
  ASSERT_EQ(grid->parts().size(), 25U);
  const auto board = synthetic_density("checkerboard");
  ASSERT_EQ(board->parts().size(), 8U);
  for (const RandomKey& key : testing::data_keys(200)) {
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
