#include "mdsm/evaluate/curvature/denoiser_jacobian.h"

#include <gtest/gtest.h>

#include "mdsm/evaluate/curvature/predicted_error.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/gaussian_levels.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::GaussianLevels;

constexpr double kSigma = 0.4;

/// A batch of noisy data, and the energy whose denoiser is their posterior mean.
struct Noisy {
  GaussianLevels law;
  RandomRows rows = RandomRows::slots(3, Stream::measurement, 0, 5);
  Tensor x = law.noisy(rows, kSigma);
  std::shared_ptr<const Energy> energy = law.at(kSigma).energy;
  DenoiserJacobian jacobian{*energy, x, kSigma};
};

TEST(DenoiserJacobian, IsTheGainOfTheGaussianPosterior) {
  const Noisy at;
  const Tensor gain = at.law.gain(kSigma);
  const Tensor v = at.rows.normal(7, {GaussianLevels::kDimensions}, at::kDouble);
  expect_close(at.jacobian(v), v.mm(gain), 1e-9);
  expect_close(at.jacobian.denoised(), at.law.mean() + (at.x - at.law.mean()).mm(gain), 1e-9);
}

TEST(DenoiserJacobian, ProbesGiveTraceSquareAndDiagonal) {
  const Noisy at;
  const Tensor gain = at.law.gain(kSigma);
  const int64_t probes = 4000;
  const JacobianNorms norms = jacobian_norms(at.jacobian, at.rows, probes);
  // Variances: of the trace 2 (|J|_F^2 - sum J_ii^2), of the square at most 2 |J^2|_F^2. Five standard errors of each of
  // 5 data: a false alarm in 3e-6 seeds; the seed is fixed.
  const double square = gain.square().sum().item<double>();
  const double off = square - gain.diagonal().square().sum().item<double>();
  const double bound = 5 * std::sqrt(2 * off / probes);
  const double fourth = gain.mm(gain).square().sum().item<double>();
  for (int64_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(norms.trace[i].item<double>(), gain.trace().item<double>(), bound);
    EXPECT_NEAR(norms.square[i].item<double>(), square, 5 * std::sqrt(2 * fourth / probes));
  }
  const Tensor diagonal = jacobian_diagonal(at.jacobian, at.rows, probes);
  expect_close(diagonal, gain.diagonal().expand_as(diagonal), 0.1);
}

TEST(DenoiserJacobian, LeadingEigenpairsAreThoseOfTheGain) {
  const Noisy at;
  const auto [values, vectors] = at::linalg_eigh(at.law.gain(kSigma));
  const Eigenpairs found = leading_eigenpairs(at.jacobian, at.rows, 3, 60);
  for (int64_t i = 0; i < 5; ++i) {
    expect_close(found.values[i], values.flip(0).narrow(0, 0, 3), 1e-6);
    for (int64_t k = 0; k < 3; ++k) {
      const Tensor exact = vectors.select(1, GaussianLevels::kDimensions - 1 - k);
      EXPECT_NEAR(found.vectors[i][k].dot(exact).abs().item<double>(), 1, 1e-5);
    }
  }
  expect_error([&] { leading_eigenpairs(at.jacobian, at.rows, 9, 3); }, "9 of a matrix of 8 rows");
}

/// The trace counts the dimensions that noise leaves: data on a plane of 1 to 16 dimensions in 24, and a little around it.
TEST(DenoiserJacobian, TheTraceIsTheLocalDimension) {
  const int64_t dimensions = 24;
  const RandomRows rows = RandomRows::slots(5, Stream::data, 0, 4);
  for (const int64_t plane : {1, 2, 4, 8, 16}) {
    Tensor variance = at::full({dimensions}, 1e-8, at::kDouble);
    variance.narrow(0, 0, plane).fill_(1);
    const double sigma = 0.03;
    const DiagonalGaussianEnergy energy(at::zeros({dimensions}, at::kDouble), variance + sigma * sigma);
    const Tensor x = rows.normal(0, {dimensions}, at::kDouble) * (variance + sigma * sigma).sqrt();
    const Tensor trace = jacobian_norms(DenoiserJacobian(energy, x, sigma), rows, 2).trace;
    EXPECT_LT((trace - plane).abs().max().item<double>(), 0.02 * static_cast<double>(plane)) << plane;
  }
}

TEST(PredictedErrors, AreTheActualOnesOfAGaussian) {
  const GaussianLevels law;
  const testing::TensorSource data(law.clean(RandomRows::slots(11, Stream::data, 0, 4000)));
  for (const double sigma : {0.2, 1.0}) {
    const Calibration calibration{.sigmas = {sigma}, .sigma0 = sigma, .seed = 2, .batch = 1000};
    const CurvatureLevel found = predicted_errors(*law.at(sigma).energy, data, calibration, 2).at(0);
    // Five of its own standard errors: a false alarm in 6e-7 seeds.
    EXPECT_NEAR(found.actual / found.predicted, 1, 5 * found.ratio_error) << sigma;
    EXPECT_LT(found.ratio_error, 0.02);
    EXPECT_NEAR(found.trace, law.gain(sigma).trace().item<double>(), 0.2);
  }
}

TEST(PredictedErrors, AreTooSmallWhereTheDenoiserIsWrong) {
  const GaussianLevels law;
  const testing::TensorSource data(law.clean(RandomRows::slots(11, Stream::data, 0, 500)));
  // An energy of twice the noise: it pulls to the mean, and takes what that costs for noise.
  const Calibration calibration{.sigmas = {0.5}, .sigma0 = 1, .seed = 2, .batch = 500};
  const CurvatureLevel found = predicted_errors(*law.at(1).energy, data, calibration, 4).at(0);
  EXPECT_GT(found.actual / found.predicted, 1.05);
  expect_error([&] { predicted_errors(*law.at(1).energy, data, {.sigmas = {0}, .sigma0 = 1}, 4); }, "sigma is 0");
}

}  // namespace
}  // namespace mdsm
