#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "mdsm/evaluate/density/flow.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/gaussian_levels.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::GaussianLevels;
using testing::TensorSource;

constexpr double kSigma = 0.1;

LevelEnergies exact(const GaussianLevels& law) {
  return [&law](double sigma) { return law.at(sigma); };
}

/// log N(y; m, C + sigma^2 I)
Tensor log_density(const GaussianLevels& law, const Tensor& y, double sigma) {
  const GaussianEnergy energy(law.mean(), law.covariance(sigma));
  return -(energy.value(y) + energy.log_normaliser());
}

TEST(SmoothedMoments, AreTheGaussianOfMeanAndCovariance) {
  const GaussianLevels law;
  const SmoothedMoments found(law.moments(), 0.7);
  const Tensor y = law.noisy(RandomRows::slots(1, Stream::data, 0, 6), 0.7);
  expect_close(found.log_density(y), log_density(law, y, 0.7), 1e-6);
  // KL(N(x, s^2 I) || N(m, S)) = (tr(s^2 S^-1) + (x-m)' S^-1 (x-m) - d + log det S - d log s^2) / 2
  const Tensor covariance = law.covariance(0.7), difference = y - law.mean();
  const Tensor inverse = at::linalg_inv(covariance);
  const double constant =
      0.49 * inverse.trace().item<double>() - 8 + at::logdet(covariance).item<double>() - 8 * std::log(0.49);
  expect_close(found.divergence_from(y), 0.5 * ((difference.mm(inverse) * difference).sum(1) + constant), 1e-6);
}

TEST(SmoothedMoments, WithoutFactorsAreOneVariance) {
  const DataMoments moments{at::zeros({3}), at::zeros({0, 3}), 0.5};
  const SmoothedMoments found(moments, 1);
  const Tensor y = at::ones({1, 3}, at::kDouble);
  EXPECT_NEAR(found.log_density(y).item<double>(), -1.5 * std::log(2 * std::numbers::pi * 1.5) - 1, 1e-9);
}

TEST(Elbo, OfThePosteriorMeanIsTheEntropy) {
  const GaussianLevels law;
  const TensorSource data(law.clean(RandomRows::slots(5, Stream::data, 0, 4000)));
  const LevelRange range{.sigma_min = kSigma, .sigma_max = 6, .levels = 48, .seed = 1, .batch = 1500};
  const Tensor bound = elbo(exact(law), law.moments(), data, range);
  const double entropy =
      0.5 * (8 * std::log(2 * std::numbers::pi * std::numbers::e) + at::logdet(law.covariance(kSigma)).item<double>());
  // Five standard errors, a false alarm in 6e-7 seeds; the midpoint rule's own error is 1e-3 of a nat.
  const double error = bound.std().item<double>() / std::sqrt(4000.0);
  EXPECT_LT(error, 0.06);
  EXPECT_NEAR(bound.mean().item<double>(), -entropy, 5 * error + 0.01);
}

TEST(Elbo, OfAWrongDenoiserIsSmaller) {
  const GaussianLevels law;
  const TensorSource data(law.clean(RandomRows::slots(5, Stream::data, 0, 500)));
  const LevelRange range{.sigma_min = kSigma, .sigma_max = 6, .seed = 1};
  const double right = elbo(exact(law), law.moments(), data, range).mean().item<double>();
  const ScaledEnergy one = law.at(1);
  const double wrong = elbo(blind_energy(one.energy, 1), law.moments(), data, range).mean().item<double>();
  EXPECT_LT(wrong, right - 1);
}

TEST(Flow, GivesTheLogDensityOfEachDatum) {
  const GaussianLevels law;
  const TensorSource data(law.clean(RandomRows::slots(5, Stream::data, 0, 20)));
  const LevelRange range{.sigma_min = kSigma, .sigma_max = 6, .levels = 100, .seed = 1, .batch = 7};
  const FlowDensity found = flow_density(exact(law), law.moments(), data, range, 0);
  expect_close(found.log_density, log_density(law, found.noisy, kSigma), 2e-3);
}

TEST(Flow, RandomSignsGiveItOnAverage) {
  const GaussianLevels law;
  const TensorSource data(law.clean(RandomRows::slots(5, Stream::data, 0, 400)));
  const LevelRange range{.sigma_min = kSigma, .sigma_max = 6, .levels = 30, .seed = 1, .batch = 400};
  const FlowDensity found = flow_density(exact(law), law.moments(), data, range, 1);
  const Tensor off = found.log_density - log_density(law, found.noisy, kSigma);
  const double error = off.std().item<double>() / 20;
  EXPECT_GT(error, 0);
  EXPECT_NEAR(off.mean().item<double>(), 0, 5 * error + 0.02);  // a false alarm in 6e-7 seeds
}

TEST(Density, RangesThatAreNoneAreSaid) {
  const GaussianLevels law;
  const TensorSource data(law.clean(RandomRows::slots(5, Stream::data, 0, 2)));
  expect_error([&] { elbo(exact(law), law.moments(), data, {.sigma_min = 1, .sigma_max = 1}); }, "noise from 1 to 1");
  expect_error([&] { flow_density(exact(law), law.moments(), data, {.sigma_min = 0, .sigma_max = 1}, 1); },
               "flow: noise from 0 to 1");
}

}  // namespace
}  // namespace mdsm
