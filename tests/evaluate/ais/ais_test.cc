// Annealed importance sampling against normalisers that are known in closed form. Seeds are fixed; the false-alarm
// rates are what another seed would risk.

#include "mdsm/evaluate/ais/anneal.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/mixture.h"
#include "mdsm/evaluate/ais/bracket.h"
#include "mdsm/system/recycle.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

constexpr uint64_t kSeed = 1;

RandomRows keys(uint32_t first, int64_t count) { return RandomRows::slots(kSeed, Stream::data, first, count); }

DiagonalGaussianEnergy gaussian(int64_t d, double mean, double variance) {
  return {at::full({d}, mean, at::kDouble), at::full({1}, variance)};
}

class Ais : public ::testing::Test {
 protected:
  // Small tensors: buffers are kept, and one thread is faster than two that wait for each other.
  static void SetUpTestSuite() {
    recycle_buffers();
    at::set_num_threads(1);
  }
};

NormaliserBracket bracket_of(const AnalyticEnergy& reference, const AnalyticEnergy& model, BracketOptions options) {
  if (options.batch == BracketOptions().batch) options.batch = options.chains;
  const Tensor x = model.sample(keys(0, options.chains), 1, at::kDouble);
  return bracket_normaliser(reference, model, x, options, kSeed);
}

/// The truth lies between the outer ends of the two 99 % intervals (false alarms: 1 %), which are less than `width`
/// apart, within Bennett's 99 % interval (1 %), and between the means of log w with their standard errors (5e-6). A
/// chain spends at most 10 000 gradients.
void expect_contains(const NormaliserBracket& bracket, double truth, double width) {
  EXPECT_LE(bracket.lower.low, truth);
  EXPECT_GE(bracket.upper.high, truth);
  EXPECT_LT(bracket.upper.high - bracket.lower.low, width);
  EXPECT_LE(bracket.bennett.low, truth);
  EXPECT_GE(bracket.bennett.high, truth);
  const auto error = [](const Tensor& log_weights) {
    return log_weights.std().item<double>() / std::sqrt(static_cast<double>(log_weights.numel()));
  };
  EXPECT_LE(bracket.mean_log_lower - 4.5 * error(bracket.forward.log_weights), truth);
  EXPECT_GE(bracket.mean_log_upper + 4.5 * error(bracket.reverse.log_weights), truth);
  EXPECT_LE(std::max({bracket.pilot_gradients, bracket.forward.gradients, bracket.reverse.gradients}), 10000);
}

// 22.579 = 50 log(2 pi 0.25): E = |x|^2 / (2 0.25), whose log Z the authors' code gives as 8.98 to 25.97.
TEST_F(Ais, BracketsAGaussianOf100Dimensions) {
  const BracketOptions options{.chains = 512, .temperatures = 2400, .leapfrogs = 3};
  const NormaliserBracket bracket = bracket_of(gaussian(100, 0.3, 1), gaussian(100, 0, 0.25), options);
  expect_contains(bracket, 50 * std::log(2 * std::numbers::pi * 0.25), 0.1);
  EXPECT_NEAR(bracket.bennett.value, 22.58, 0.03);
  // sqrt(d/2) log 4 for the variances; the mean adds to it.
  EXPECT_GT(bracket.length, std::sqrt(50) * std::log(4) * 0.9);
  EXPECT_LT(bracket.length, std::sqrt(50) * std::log(4) * 1.3);
  ASSERT_EQ(bracket.acceptance.size(), 10U);
  for (const AcceptanceBand& band : bracket.acceptance) EXPECT_NEAR(band.acceptance, 0.8, 0.08) << band.beta_low;
}

TEST_F(Ais, BracketsAGaussianOf1024Dimensions) {
  const DiagonalGaussianEnergy model = gaussian(1024, 0, 0.25);
  const BracketOptions options{.chains = 128, .temperatures = 1000, .leapfrogs = 6};
  expect_contains(bracket_of(gaussian(1024, 0.05, 0.4), model, options), model.log_normaliser(), 0.5);
}

TEST_F(Ais, BracketsAGaussianOfTwoDimensions) {
  const BracketOptions options{.chains = 512, .temperatures = 300};
  expect_contains(bracket_of(gaussian(2, 1, 4), gaussian(2, 0, 0.25), options), std::log(std::numbers::pi / 2), 0.1);
}

// A mixture is normalised: log Z = 0. Its modes are near enough for chains to find both.
TEST_F(Ais, BracketsAMixture) {
  const Tensor means = at::cat({at::full({1, 20}, -0.25, at::kDouble), at::full({1, 20}, 0.25, at::kDouble)});
  const GaussianMixtureEnergy model(at::tensor({0.3, 0.7}), means, at::full({1, 1}, 0.2));
  const BracketOptions options{.chains = 256, .temperatures = 500};
  expect_contains(bracket_of(gaussian(20, 0, 1), model, options), 0, 0.15);
}

// E = x' A x / 2 with eigenvalues 0.5 to 20 of A in turned coordinates: log Z = (d/2) log(2 pi) - (1/2) log det A.
TEST_F(Ais, BracketsAQuadraticEnergy) {
  const int64_t d = 30;
  const auto [turn, rest] = at::linalg_qr(keys(5, d).normal(0, {d}, at::kDouble));
  const Tensor curvature = at::logspace(std::log10(0.5), std::log10(20.0), d, 10, at::kDouble);
  const GaussianEnergy model(at::zeros({d}), (turn / curvature).mm(turn.t()));
  const double truth = 0.5 * (30 * std::log(2 * std::numbers::pi) - curvature.log().sum().item<double>());
  const BracketOptions options{.chains = 256, .temperatures = 500, .leapfrogs = 8};
  expect_contains(bracket_of(gaussian(d, 0, 1), model, options), truth, 0.2);
}

/// log Z of N(0, 0.25 I), d = 100, by forward annealing with a fixed step size.
double forward_estimate(Leapfrog leapfrog, double step_size, Transition transition = Transition::hmc) {
  const DiagonalGaussianEnergy reference = gaussian(100, 0, 1), model = gaussian(100, 0, 0.25);
  const double log_step = std::log(step_size);
  const Annealing annealing{linear_betas(1000), Curve({0, 1}, {log_step, log_step}), 5, transition, leapfrog};
  const Annealed run = anneal_forward(Bridge(reference, model), annealing, keys(0, 64));
  return reference.log_normaliser() + log_mean_exp(run.log_weights);
}

TEST_F(Ais, TheLeapfrogNeedsItsClosingKick) {
  for (const double step_size : {0.05, 0.1, 0.15}) {
    EXPECT_NEAR(forward_estimate(Leapfrog::closed, step_size), 22.58, 1) << step_size;
    EXPECT_GT(std::abs(forward_estimate(Leapfrog::without_closing_kick, step_size) - 22.58), 2) << step_size;
  }
}

// x <- (1 - h) x + eps n has the variance s^2 / (1 - eps^2/(4 s^2)) instead of s^2 (docs/derivations/langevin.md, (3)):
// with eps = 0.5 and s = 0.5 at the model's end, a third too much.
TEST_F(Ais, UnadjustedLangevinStepsAreBiased) {
  EXPECT_GT(std::abs(forward_estimate(Leapfrog::closed, 0.5, Transition::langevin) - 22.58), 1);
}

TEST_F(Ais, AChainDoesNotDependOnItsBatch) {
  const DiagonalGaussianEnergy reference = gaussian(3, 0, 1), model = gaussian(3, 0.5, 0.25);
  BracketOptions options{.chains = 8, .temperatures = 12, .pilot_chains = 4};
  const NormaliserBracket whole = bracket_of(reference, model, options);
  options.batch = 3;
  const NormaliserBracket cut = bracket_of(reference, model, options);
  EXPECT_TRUE(at::equal(whole.forward.log_weights, cut.forward.log_weights));
  EXPECT_TRUE(at::equal(whole.reverse.log_weights, cut.reverse.log_weights));
  EXPECT_EQ(whole.forward.gradients, 1 + 11 * 5);
  EXPECT_EQ(whole.reverse.gradients, 1 + 12 * 5);
}

TEST_F(Ais, EqualEnergiesHaveEqualWeights) {
  const DiagonalGaussianEnergy both = gaussian(4, 0.2, 0.3);
  const NormaliserBracket bracket = bracket_of(both, both, {.chains = 16, .temperatures = 20});
  EXPECT_NEAR(bracket.lower.value, both.log_normaliser(), 1e-12);
  EXPECT_NEAR(bracket.upper.value, both.log_normaliser(), 1e-12);
  EXPECT_NEAR(bracket.forward_sample_size, 16, 1e-9);
  EXPECT_NEAR(bracket.length, 0, 1e-9);
}

TEST_F(Ais, AnEnergyThatIsNotFiniteIsAnError) {
  const DiagonalGaussianEnergy reference = gaussian(2, 1e200, 1), model = gaussian(2, 0, 0.25);
  expect_error([&] { bracket_of(reference, model, {.chains = 4, .temperatures = 4}); }, "not finite", Fault::failure);
  expect_error([&] { Bridge(gaussian(2, 0, 1), gaussian(3, 0, 1)); }, "takes data of shape (2), the model (3)");
}

}  // namespace
}  // namespace mdsm
