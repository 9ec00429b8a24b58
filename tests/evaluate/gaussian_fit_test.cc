#include "mdsm/evaluate/gaussian_fit.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/low_rank_gaussian.h"
#include "support/check_energy.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::TensorSource;
using testing::test_normal;

/// Correlated data with a large offset, more than one batch of them.
Tensor correlated() { return (test_normal(2500, {6}).mm(test_normal(6, {6}, 7)) + 300).to(at::kFloat); }

TEST(GaussianFit, MomentsAreThoseOfTheData) {
  const Tensor x = correlated();
  const Moments moments = data_moments(TensorSource(x.reshape({2500, 1, 2, 3})));
  const Tensor wide = x.to(at::kDouble);
  const Tensor offset = wide - wide.mean(0);
  expect_close(moments.mean, wide.mean(0), 1e-12);
  expect_close(moments.covariance, offset.t().mm(offset) / 2499, 1e-10);
  expect_error([&] { data_moments(TensorSource(x.narrow(0, 0, 1))); }, "moments of 1 data");
}

// At full rank the low-rank Gaussian is the Gaussian of the data's covariance plus noise; so are its draws' moments.
TEST(GaussianFit, FullRankIsTheFullGaussian) {
  const Moments moments = data_moments(TensorSource(correlated()));
  const auto low_rank = gaussian_reference(moments, {6}, ReferenceShape::low_rank, 100, 0.5);
  const GaussianEnergy full(moments.mean, moments.covariance + 0.25 * at::eye(6, at::kDouble));
  const Tensor x = test_normal(9, {6}, 3) * 2 + moments.mean;
  expect_close(low_rank->value(x), full.value(x), 1e-12);
  expect_close(low_rank->gradient(x), full.gradient(x), 1e-11);
  EXPECT_NEAR(low_rank->log_normaliser(2), full.log_normaliser(2), 1e-10);
}

TEST(GaussianFit, CutToARankItKeepsTheTrace) {
  const Moments moments = data_moments(TensorSource(correlated()));
  const auto reference = gaussian_reference(moments, {6}, ReferenceShape::low_rank, 2, 0.5);
  const Tensor x = reference->sample(RandomRows::slots(1, Stream::data, 0, 40000), 1, at::kDouble);
  const Tensor offset = x - moments.mean;
  const double trace = moments.covariance.diagonal().sum().item<double>() + 6 * 0.25;
  EXPECT_NEAR(offset.square().sum(1).mean().item<double>() / trace, 1, 0.04);  // 4.75 standard errors of 2 directions
  testing::expect_gradient_differences(*reference, x.narrow(0, 0, 3), {.step = 1e-4});
  // E = -log p - log Z: the mean of E over draws is d/2.
  EXPECT_NEAR(reference->value(x).mean().item<double>(), 3, 4.75 * std::sqrt(3.0 / 40000));
}

TEST(GaussianFit, DiagonalAndErrors) {
  const Moments moments{at::zeros({2}, at::kDouble), at::tensor({4.0, 1.0, 1.0, 0.0}, at::kDouble).reshape({2, 2}), 9};
  const auto diagonal = gaussian_reference(moments, {2}, reference_shape("diagonal"), 0, 0.5);
  EXPECT_NEAR(diagonal->value(at::ones({1, 2}, at::kDouble)).item<double>(), 0.5 / 4.25 + 0.5 / 0.25, 1e-12);
  expect_error([&] { gaussian_reference(moments, {2}, ReferenceShape::diagonal, 0, 0); }, "must be positive");
  expect_error([] { reference_shape("diag"); }, "known: diagonal, low-rank");
  expect_error([] { LowRankGaussianEnergy(at::zeros({2}), at::ones({2, 1}), at::ones({1}), 1); }, "not orthonormal");
}

}  // namespace
}  // namespace mdsm
