#include <gtest/gtest.h>

#include <numbers>

#include "mdsm/energy/analytic/double_well.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/mixture.h"
#include "mdsm/energy/analytic/ring.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

constexpr double kPi = std::numbers::pi;

/// log of the integral of exp(-E/T) over [-reach, reach] by the trapezoidal rule, which is exact to rounding for smooth
/// functions that vanish at the ends.
double quadrature_1d(const Energy& energy, double temperature, double reach, int64_t points) {
  const Tensor x = at::linspace(-reach, reach, points, at::kDouble);
  const double cell = 2 * reach / static_cast<double>(points - 1);
  return (energy.value(x.unsqueeze(1)) / -temperature).logsumexp(0).item<double>() + std::log(cell);
}

/// The same over a square.
double quadrature_2d(const Energy& energy, double temperature, double reach, int64_t points) {
  const Tensor side = at::linspace(-reach, reach, points, at::kDouble);
  const Tensor x = at::stack({side.repeat_interleave(points), side.repeat(points)}, 1);
  const double cell = 2 * reach / static_cast<double>(points - 1);
  return (energy.value(x) / -temperature).logsumexp(0).item<double>() + 2 * std::log(cell);
}

TEST(LogNormaliser, GaussiansMatchQuadrature) {
  const DiagonalGaussianEnergy line(at::full({1}, 0.3), at::full({1}, 0.25));
  const DiagonalGaussianEnergy plane(at::tensor({0.3, -0.2}), at::tensor({0.25, 0.5}));
  const GaussianEnergy tilted(at::tensor({0.3, -0.2}), at::tensor({0.5, 0.3, 0.3, 0.4}, at::kDouble).reshape({2, 2}));
  for (double temperature : {0.5, 1.0, 3.0}) {
    EXPECT_NEAR(line.log_normaliser(temperature), quadrature_1d(line, temperature, 12, 2001), 1e-13);
    EXPECT_NEAR(plane.log_normaliser(temperature), quadrature_2d(plane, temperature, 12, 401), 1e-12);
    EXPECT_NEAR(tilted.log_normaliser(temperature), quadrature_2d(tilted, temperature, 12, 401), 1e-12);
  }
}

// method.md, section 6: N(0, 0.25 I) in 100 dimensions has log Z = 22.58.
TEST(LogNormaliser, AHundredDimensions) {
  EXPECT_NEAR(DiagonalGaussianEnergy(at::zeros({100}), at::full({1}, 0.25)).log_normaliser(), 22.58, 0.005);
  EXPECT_NEAR(GaussianEnergy(at::zeros({1, 10, 10}), at::eye(100) * 0.25).log_normaliser(), 22.58, 0.005);
}

TEST(LogNormaliser, AMixtureIsNormalisedAtTemperatureOneOnly) {
  const GaussianMixtureEnergy line(at::tensor({1.0, 3.0}), at::tensor({-1.0, 2.0}).unsqueeze(1),
                                   at::tensor({0.04, 0.5}).unsqueeze(1));
  const GaussianMixtureEnergy plane(at::ones({2}), at::tensor({-1.0, 0.0, 0.5, 2.0}).reshape({2, 2}),
                                    at::full({1}, 0.3));
  EXPECT_NEAR(line.log_normaliser(), quadrature_1d(line, 1, 12, 4001), 1e-12);
  EXPECT_NEAR(plane.log_normaliser(), quadrature_2d(plane, 1, 8, 401), 1e-12);
  testing::expect_error([&] { line.log_normaliser(2); }, "no closed form");
}

// A wide ring reaches the centre, where the quadrature meets the energy's kink: hence the looser tolerance.
TEST(LogNormaliser, ARingMatchesQuadrature) {
  const RingEnergy thin(1.5, 0.1);
  EXPECT_NEAR(thin.log_normaliser(), quadrature_2d(thin, 1, 3, 801), 1e-10);
  EXPECT_NEAR(thin.log_normaliser(0.5), quadrature_2d(thin, 0.5, 3, 801), 1e-10);
  const RingEnergy wide(0.3, 0.5);
  EXPECT_NEAR(wide.log_normaliser(), quadrature_2d(wide, 1, 5, 1001), 1e-6);
  EXPECT_NEAR(wide.log_normaliser(2), quadrature_2d(wide, 2, 7, 1001), 1e-6);
  EXPECT_NEAR(RingEnergy(0, 0.5).log_normaliser(), std::log(2 * kPi * 0.25), 1e-12);
}

// z = a^4 / (8 b T) runs from 1e-6 to 1e5: through series, the library's functions and the asymptotic expansion beyond
// 100.
TEST(LogNormaliser, ADoubleWellMatchesQuadrature) {
  for (double z : {1e-6, 1e-3, 0.1, 1.0, 10.0, 99.0, 101.0, 1e3, 1e5}) {
    const double b = 1 / (8 * z);
    const DoubleWellEnergy well({1}, 1, b);
    const double reach = std::max(2.0, 4 * std::pow(b, 0.25));
    EXPECT_NEAR(well.log_normaliser(), quadrature_1d(well, 1, reach, 100'001), 1e-12) << "z = " << z;
  }
  const DoubleWellEnergy plane({2}, 0.8, 0.3, 0.7);
  for (double temperature : {0.2, 1.0, 5.0}) {
    EXPECT_NEAR(plane.log_normaliser(temperature), quadrature_2d(plane, temperature, 14, 801), 1e-12);
  }
}

}  // namespace
}  // namespace mdsm
