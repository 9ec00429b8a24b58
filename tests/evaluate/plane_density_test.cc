#include "mdsm/evaluate/plane_density.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

/// "gaussian" of data/synthetic/density.h
Tensor true_mean() { return at::tensor({0.5, -0.5}, at::kDouble); }

/// Its covariance after noise of this size.
Tensor covariance(double noise) {
  const double cross = 0.6 * 1 * 0.7;
  return at::tensor({1 + noise * noise, cross, cross, 0.49 + noise * noise}, at::kDouble).view({2, 2});
}

/// KL(N(m0, S0) || N(m1, S1)) in nats.
double gaussian_kl(const Tensor& m0, const Tensor& s0, const Tensor& m1, const Tensor& s1) {
  const Tensor inverse = at::inverse(s1);
  const Tensor shift = (m1 - m0).view({2, 1});
  const Tensor value = inverse.mm(s0).trace() + shift.t().mm(inverse).mm(shift).squeeze() - 2 +
                       at::log(at::linalg_det(s1) / at::linalg_det(s0));
  return 0.5 * value.item<double>();
}

TEST(PlaneDensity, KnowsTheDivergenceOfGaussians) {
  const Tensor mean = at::tensor({0.2, -0.1}, at::kDouble);
  const Tensor model = covariance(0.9) * 1.2;
  const GaussianEnergy energy(mean, model);
  const PlaneComparison result = compare_on_plane(energy, *synthetic_density("gaussian"), 0.4, 200);
  EXPECT_NEAR(result.kl_smoothed, gaussian_kl(true_mean(), covariance(0.4), mean, model), 1e-5);
  EXPECT_NEAR(result.kl_truth, gaussian_kl(true_mean(), covariance(0), mean, model), 1e-5);
  EXPECT_NEAR(result.kl_floor, gaussian_kl(true_mean(), covariance(0), true_mean(), covariance(0.4)), 1e-5);
  EXPECT_LT(result.learned_outside, 1e-4);
}

TEST(PlaneDensity, APerfectEnergyHasNoDivergence) {
  const GaussianEnergy energy(true_mean(), covariance(0.3));
  const PlaneComparison result = compare_on_plane(energy, *synthetic_density("gaussian"), 0.3, 128);
  EXPECT_NEAR(result.kl_smoothed, 0, 1e-6);
  EXPECT_GT(result.kl_truth, 0.01);
}

TEST(PlaneDensity, SeesMassWhereThereAreNoData) {
  const PlaneComparison near =
      compare_on_plane(GaussianEnergy(true_mean(), covariance(0)), *synthetic_density("gaussian"), 0.3, 64);
  const double edge = near.grid.half_width;
  const GaussianEnergy far(at::tensor({edge, edge}, at::kDouble), 0.01 * at::eye(2, at::kDouble));
  EXPECT_GT(compare_on_plane(far, *synthetic_density("gaussian"), 0.3, 64).learned_outside, 0.99);
}

TEST(PlaneDensity, RowsGoDownAndColumnsRight) {
  const PlaneGrid grid{2, 4};
  const Tensor centres = grid.centres();
  testing::expect_close(centres[0], at::tensor({-1.5, 1.5}, at::kDouble), 1e-15);
  testing::expect_close(centres[1], at::tensor({-0.5, 1.5}, at::kDouble), 1e-15);
  testing::expect_close(centres[15], at::tensor({1.5, -1.5}, at::kDouble), 1e-15);
  const GaussianEnergy corner(at::tensor({1.5, 1.5}, at::kDouble), 0.01 * at::eye(2, at::kDouble));
  EXPECT_NEAR(density_on(grid, corner)[0][3].item<double>(), 1, 1e-6);  // a cell's area is 1
}

TEST(PlaneDensity, PictureIsDarkWhereMassIs) {
  const GaussianEnergy energy(true_mean(), covariance(0.3));
  const PlaneComparison result = compare_on_plane(energy, *synthetic_density("gaussian"), 0.3, 64);
  const Tensor image = picture(result);
  ASSERT_EQ(image.sizes(), at::IntArrayRef({1, 68, 3 * 64 + 8}));
  const Tensor learned = image[0].slice(0, 2, 66).slice(1, 2 + 2 * 66, 2 + 2 * 66 + 64);
  EXPECT_LT(learned.min().item<int64_t>(), 3);
  EXPECT_GT(learned[0][0].item<int64_t>(), 250);
}

TEST(PlaneDensity, RejectsWhatIsNoPlane) {
  const DiagonalGaussianEnergy energy(at::zeros({3}), at::ones({1}));
  testing::expect_error([&] { density_on(PlaneGrid{}, energy); }, "data of shape (3)");
  testing::expect_error([] { PlaneGrid{1, 1}.centres(); }, "1 cells");
}

}  // namespace
}  // namespace mdsm
