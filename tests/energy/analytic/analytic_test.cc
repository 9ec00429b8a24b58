#include "mdsm/energy/analytic/analytic.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/double_well.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/mixture.h"
#include "mdsm/energy/analytic/ring.h"
#include "support/check_energy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

struct Case {
  std::string name;
  std::shared_ptr<AnalyticEnergy> energy;
};

Tensor uniform(const Shape& shape, double low, double high) {
  return RandomRows::slots(3, Stream::data, 0, 1).uniform(0, shape, at::kDouble).squeeze(0) * (high - low) + low;
}

/// A covariance with eigenvalues of at least 0.1.
Tensor covariance(int64_t size) {
  const Tensor factor = uniform({size, size}, -1, 1);
  return factor.mm(factor.t()) + at::eye(size, at::kDouble) * 0.1;
}

/// Every kind, on vectors and on images.
std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const Shape& shape : {Shape{6}, Shape{1, 2, 3}}) {
    const std::string suffix = " of shape " + to_text(shape);
    const Tensor mean = uniform(shape, -1, 1);
    cases.push_back(
        {"diagonal Gaussian" + suffix, std::make_shared<DiagonalGaussianEnergy>(mean, uniform(shape, 0.2, 2))});
    cases.push_back({"full Gaussian" + suffix, std::make_shared<GaussianEnergy>(mean, covariance(6))});
    const Shape three = batch_shape(3, shape);
    cases.push_back(
        {"mixture" + suffix, std::make_shared<GaussianMixtureEnergy>(at::tensor({1.0, 2.0, 0.5}, at::kDouble),
                                                                     uniform(three, -1, 1), uniform(three, 0.2, 1))});
    cases.push_back({"double well" + suffix, std::make_shared<DoubleWellEnergy>(shape, 0.8, 0.3, 0.7)});
  }
  cases.push_back({"ring", std::make_shared<RingEnergy>(0.7, 0.3)});
  cases.push_back({"ring image", std::make_shared<RingEnergy>(0.7, 0.3, Shape{1, 1, 2})});
  return cases;
}

/// Fourth-order central differences with step 1e-3: errors near 1e-11 on these energies.
Tensor numerical_gradient(const Energy& energy, const Tensor& x) {
  Tensor gradient = at::empty_like(x);
  Tensor flat = gradient.flatten(1);
  const double h = 1e-3;
  for (int64_t i = 0; i < flat.size(1); ++i) {
    const auto moved = [&](double by) {
      Tensor y = x.clone();
      y.flatten(1).select(1, i).add_(by);
      return energy.value(y);
    };
    flat.select(1, i).copy_(((moved(h) - moved(-h)) * 8 - (moved(2 * h) - moved(-2 * h))) / (12 * h));
  }
  return gradient;
}

TEST(AnalyticEnergy, GradientsMatchCentralDifferences) {
  for (const Case& each : all_cases()) {
    SCOPED_TRACE(each.name);
    const Tensor x = RandomRows::slots(5, Stream::data, 0, 7).normal(0, each.energy->datum_shape(), at::kDouble);
    expect_close(each.energy->gradient(x), numerical_gradient(*each.energy, x), 1e-9);
  }
}

TEST(AnalyticEnergy, HessianVectorsMatchCentralDifferences) {
  for (const Case& each : all_cases()) {
    SCOPED_TRACE(each.name);
    const Tensor x = RandomRows::slots(6, Stream::data, 0, 5).normal(0, each.energy->datum_shape(), at::kDouble);
    const Tensor v = RandomRows::slots(6, Stream::data, 0, 5).normal(1, each.energy->datum_shape(), at::kDouble);
    constexpr double kStep = 1e-4;
    const Tensor expected = (each.energy->gradient(x + kStep * v) - each.energy->gradient(x - kStep * v)) / (2 * kStep);
    expect_close(each.energy->hessian_vector(x, v), expected, 1e-5);
  }
}

TEST(AnalyticEnergy, KeepsTheContractOfAnEnergy) {
  for (const Case& each : all_cases()) {
    SCOPED_TRACE(each.name);
    const Tensor x = testing::test_normal(4, each.energy->datum_shape());
    testing::check_energy(*each.energy, x);
    EXPECT_TRUE(each.energy->parameters().empty());
    expect_close(each.energy->gradient(x.to(at::kFloat)), each.energy->gradient(x).to(at::kFloat), 1e-5);
    const Tensor leaf = x.clone().requires_grad_(true);
    EXPECT_FALSE(each.energy->gradient(leaf).requires_grad());
  }
}

TEST(AnalyticEnergy, DrawsHaveTheShapeAndDependOnTheirOwnKeyAlone) {
  for (const Case& each : all_cases()) {
    for (double temperature : {0.5, 1.0, 4.0}) {
      SCOPED_TRACE(each.name);
      const RandomRows rows = RandomRows::slots(8, Stream::data, 0, 9);
      const Tensor all = each.energy->sample(rows, temperature, at::kDouble);
      EXPECT_EQ(all.sizes(), at::IntArrayRef(batch_shape(9, each.energy->datum_shape())));
      expect_close(each.energy->sample(rows.narrow(4, 3), temperature, at::kDouble), all.narrow(0, 4, 3), 1e-14);
    }
  }
}

TEST(AnalyticEnergy, TheCentreOfARingHasNoSlope) {
  EXPECT_TRUE(at::equal(RingEnergy(1, 0.1).gradient(at::zeros({1, 2})), at::zeros({1, 2})));
}

TEST(AnalyticEnergy, WrongConstantsAreErrors) {
  const Tensor mean = at::zeros({2});
  expect_error([&] { DiagonalGaussianEnergy(mean, at::tensor({1.0, -1.0})); }, "all must be positive");
  expect_error([&] { DiagonalGaussianEnergy(mean, at::ones({3})); }, "must broadcast to (2)");
  expect_error([&] { DiagonalGaussianEnergy(mean / 0, at::ones({2})); }, "not a number");
  expect_error([&] { GaussianEnergy(mean, at::eye(3)); }, "Pass shape (2, 2)");
  expect_error([&] { GaussianEnergy(mean, at::tensor({1.0, 0.5, 0.0, 1.0}).reshape({2, 2})); }, "not symmetric");
  expect_error(
      [&] {
        GaussianEnergy(mean, at::tensor({1.0, 2.0, 2.0, 1.0}).reshape({2, 2}));
      },
      "not positive definite");
  expect_error(
      [&] {
        GaussianMixtureEnergy(at::ones({3}), at::zeros({2, 2}), at::ones({1}));
      },
      "one weight a component");
  expect_error([] { RingEnergy(1, 0.1, {3}); }, "two dimensions");
  expect_error([] { RingEnergy(-1, 0.1); }, "the radius is -1");
  expect_error([] { DoubleWellEnergy({2}, 1, 0); }, "b is 0");
  expect_error([] { DoubleWellEnergy({0}, 1, 1); }, "at least 1");
  const DiagonalGaussianEnergy energy(mean, at::ones({2}));
  expect_error([&] { energy.log_normaliser(0); }, "positive, finite T");
  expect_error([&] { energy.sample(RandomRows::slots(1, Stream::data, 0, 1), -1); }, "positive, finite T");
}

}  // namespace
}  // namespace mdsm
