// The laws of docs/derivations/langevin.md, on energies whose laws are known.
#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/mixture.h"
#include "mdsm/sample/draw.h"
#include "mdsm/sample/langevin.h"
#include "mdsm/sample/temperature.h"
#include "support/expect_close.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::expect_distribution;
using testing::expect_normal_moments;

const ChainEnds kNoEnding{.start = noise_start(0.5, 1), .ending = Ending::keep, .sigma0 = 0.1};

RandomRows chains(int64_t count) { return RandomRows::slots(17, Stream::data, 0, count); }

/// Runs `steps` steps at temperature T from x0 on N(0, s^2) in 32 x 1024 independent coordinates.
Tensor run_on_gaussian(double s, double eps, double temperature, int64_t steps, double x0) {
  const DiagonalGaussianEnergy energy(at::zeros({1024}), at::full({1}, s * s, at::kDouble));
  const LangevinSampler sampler(constant_temperatures(temperature, steps), eps, kNoEnding);
  return sampler.run(energy, at::full({32, 1024}, x0), chains(32));
}

// Equation (3): the stationary variance is T s^2 / (1 - eps^2/(4 s^2)), not T s^2.
TEST(LangevinLaw, StationaryVarianceOnAGaussian) {
  const double s = 0.1;
  for (double ratio : {0.3, 1.0, 1.5}) {
    for (double temperature : {0.25, 1.0, 16.0}) {
      SCOPED_TRACE(fmt::format("eps = {} s, T = {}", ratio, temperature));
      const auto steps = static_cast<int64_t>(14 / (ratio * ratio)) + 60;  // what is left of the start is below e^-14
      expect_normal_moments(run_on_gaussian(s, ratio * s, temperature, steps, 0), 0,
                            temperature * s * s / (1 - ratio * ratio / 4));
    }
  }
}

// Equation (2): from a point, after t steps, the mean is (1 - h)^t x_0 and the variance (1 - (1 - h)^(2t)) of the
// stationary one.
TEST(LangevinLaw, TransientOnAGaussian) {
  const double s = 0.2;
  const double eps = 0.15;
  const double temperature = 4;
  const double h = eps * eps / (2 * s * s);
  for (int64_t steps : {1, 2, 5}) {
    const double decay = std::pow(1 - h, static_cast<double>(steps));
    const double stationary = temperature * s * s / (1 - eps * eps / (4 * s * s));
    expect_normal_moments(run_on_gaussian(s, eps, temperature, steps, 1), decay, (1 - decay * decay) * stationary);
  }
}

// 4096 chains from one point against the tempered density itself. The law of the chain is off by O(eps^2): widths by
// about 1 %/2, which adds less than 1 to a chi-square of about 50 degrees. False alarms: 1e-6.
TEST(LangevinLaw, AMixtureAtEveryTemperature) {
  const GaussianMixtureEnergy energy(at::tensor({0.3, 0.7}), at::tensor({-0.6, 0.6}).unsqueeze(1),
                                     at::tensor({0.2, 0.3}).unsqueeze(1));
  for (double temperature : {0.5, 1.0, 3.0}) {
    SCOPED_TRACE(temperature);
    const LangevinSampler sampler(constant_temperatures(temperature, 1000), 0.1, kNoEnding);
    const Tensor x = sampler.run(energy, at::zeros({4096, 1}), chains(4096));
    expect_distribution(x, -8, 8, 128, [&](const Tensor& at) { return energy.value(at.unsqueeze(1)) / -temperature; });
  }
}

/// Share of the samples nearest to each mode (K, 2), after the paper's schedule; all must lie at a mode.
Tensor annealed_shares(const GaussianMixtureEnergy& energy, const Tensor& modes, int64_t count) {
  std::vector<uint64_t> seeds(static_cast<size_t>(count));
  std::iota(seeds.begin(), seeds.end(), 0);
  const Drawn drawn =
      draw_samples(energy, {.sampler = "langevin", .steps = 901, .step_size = 0.04, .batch = count}, 0.1, seeds);
  const auto [distance, nearest] = at::cdist(drawn.samples, modes).min(1);
  EXPECT_LT(distance.max().item<float>(), 1e-3);
  return at::bincount(nearest, {}, modes.size(0));
}

// Four equal modes ten widths apart, annealed from T = 100: a quarter each. Chi-square of 3 degrees, false alarms 1e-6.
TEST(LangevinLaw, AnnealingReachesEqualModesEqually) {
  const Tensor modes = at::tensor({0.0F, 0.0F, 0.0F, 1.0F, 1.0F, 0.0F, 1.0F, 1.0F}).reshape({4, 2});
  const GaussianMixtureEnergy energy(at::ones({4}), modes, at::full({1}, 0.01));
  const Tensor counts = annealed_shares(energy, modes, 1000);
  EXPECT_LE(testing::chi_square(counts, at::full({4}, 0.25)), testing::chi_square_limit(3)) << counts;
}

// Unequal modes freeze at the temperature T_f > 1 at which chains cease to cross, in proportion to w^(1/T_f): between
// the true weights and equal ones (method.md, section 7: the known weak spot). Tolerance 4.75 standard errors.
TEST(LangevinLaw, AnnealingEvensOutUnequalModes) {
  const Tensor modes = at::tensor({0.0F, 0.5F, 1.0F, 0.5F}).reshape({2, 2});
  const GaussianMixtureEnergy energy(at::tensor({0.1, 0.9}), modes, at::full({1}, 0.01));
  const double share = annealed_shares(energy, modes, 1000)[0].item<double>() / 1000;
  EXPECT_GT(share, 0.1 + testing::kSigmas * std::sqrt(0.09 / 1000));
  EXPECT_LT(share, 0.5 + testing::kSigmas * std::sqrt(0.25 / 1000));
}

// Along the paper's anneal the mean energy of a quadratic follows the recursion (2) of the variance, and (d/2) T, as
// the paper's figure F.1B shows: 4 % above it by the discretisation, equation (3), and 1.5 % by the lag, equation (5).
// 16384 coordinates: the mean energy's standard error is sqrt(2/16384) = 1.1 %. 52 checks: false alarms below 1.1e-4.
TEST(LangevinLaw, TheEnergyTracksTheTemperature) {
  const double s = 0.1;
  const double eps = 0.04;
  const double d = 256;
  const DiagonalGaussianEnergy energy(at::full({1, 16, 16}, 0.5), at::full({1}, s * s));
  std::vector<uint64_t> seeds(64);
  std::iota(seeds.begin(), seeds.end(), 0);
  const Drawn drawn = draw_samples(energy, {.sampler = "langevin", .step_size = eps}, s, seeds,
                                   {.trace = TraceDetail::mean, .trace_every = 100});
  ASSERT_EQ(drawn.trace.size(), 27U);
  const std::vector<double> temperatures = three_stage_temperatures(100, 2700);
  const double h = eps * eps / (2 * s * s);
  const double error = std::sqrt(2.0 / (64 * d));
  double variance = 1;  // of the start
  for (size_t t = 0; t < temperatures.size(); ++t) {
    if (t % 100 == 0) {
      const ChainRecord& record = drawn.trace[t / 100];
      const double expected = d * variance / (2 * s * s);
      EXPECT_EQ(record.step, static_cast<int64_t>(t));
      EXPECT_EQ(record.temperature, temperatures[t]);
      EXPECT_NEAR(record.mean_energy / expected, 1, testing::kSigmas * error) << t;
      if (t >= 100 && t <= 2500) {
        EXPECT_NEAR(record.mean_energy / (d / 2 * temperatures[t]), 1.042 * 1.015, testing::kSigmas * 1.06 * error)
            << t;
      }
    }
    variance = (1 - h) * (1 - h) * variance + eps * eps * temperatures[t];
  }
}

}  // namespace
}  // namespace mdsm
