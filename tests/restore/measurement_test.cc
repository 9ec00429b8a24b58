// Equations (2) to (4) of docs/derivations/restoration.md.
#include "mdsm/restore/measurement.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "mdsm/restore/masks.h"
#include "mdsm/restore/operators.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_normal_moments;

const Shape kShape{1, 32, 32};
constexpr int64_t kCount = 16;

Tensor normal(uint32_t step, const Shape& shape = kShape) {
  return RandomRows::slots(3, Stream::data, 0, kCount).normal(step, shape, at::kDouble);
}

Tensor level(double value) { return at::full({kCount}, value, at::kDouble); }

// s = 1/4: noise of 0.05 in y is 0.2 in A+ y. At any level above, held directions are the truth plus noise of the
// level. 16 x 64 numbers; false alarms 4e-6 a check.
TEST(Measurement, HeldDirectionsHaveTheNoiseOfTheLevel) {
  const auto a = std::make_shared<Downsampling>(4, kShape);
  const Tensor truth = normal(0);
  const Measurement measurement = measured(a, truth, 0.05, normal(1, a->range()));
  for (double sigma : {0.2, 0.3, 3.0}) {
    SCOPED_TRACE(sigma);
    const Tensor x = measurement.hold(normal(2) * 7, level(sigma), normal(3));
    const Tensor offset = (a->apply(x) - a->apply(truth)) * 4;  // an orthonormal coordinate of A+ y
    expect_normal_moments(offset, 0, sigma * sigma);
    // What is free stays.
    const Tensor before = normal(2) * 7;
    expect_close(x - a->pseudo_inverse(a->apply(x)), before - a->pseudo_inverse(a->apply(before)), 1e-12);
  }
  expect_close(measurement.hold(truth, level(0.19), normal(3)), truth, 1e-12, "free below the measurement's noise");
}

TEST(Measurement, WithoutNoiseTheMeasuredPixelsAreExact) {
  const auto a = std::make_shared<Inpainting>(random_mask(0.3, 1, 32, 32), kShape);
  const Tensor truth = normal(0);
  const Measurement measurement(a, a->apply(truth), 0);
  const Tensor x = measurement.hold(normal(2), level(0), normal(3));
  EXPECT_TRUE(at::equal(a->apply(x), a->apply(truth)));
  EXPECT_TRUE(at::equal(a->apply(measurement.finish(normal(2), normal(4), level(0.1))), a->apply(truth)));
  const Tensor d = measurement.pull(normal(2), normal(4), level(0.1));
  expect_close(d, a->apply(truth - normal(2)) + normal(4) - a->apply(normal(4)), 1e-12);
}

// Directions of a blur leave one by one as the level falls: those with singular value s at sigma/s.
TEST(Measurement, DirectionsLeaveAtTheirOwnNoise) {
  const auto a = std::make_shared<Blur>(gaussian_kernel(1), Boundary::reflect, kShape);
  const Measurement measurement(a, normal(0), 0.1);
  double before = 1e9;
  for (double sigma : {10.0, 1.0, 0.3, 0.11}) {
    const Tensor free = measurement.pull(at::zeros_like(normal(0)), normal(5), level(sigma)) -
                        measurement.pull(at::zeros_like(normal(0)), at::zeros_like(normal(0)), level(sigma));
    const double held = (normal(5).square() - free.square()).sum().item<double>();
    EXPECT_LT(held, before) << sigma;
    before = held;
  }
  EXPECT_GT(before, 0);
  expect_close(measurement.pull(normal(1), normal(5), level(0.09)), normal(5), 1e-12);
}

// Pixels N(m, s^2), x = truth + noise of the level that contains the measurement's (as `hold` makes it), D the
// posterior mean given x: the estimate must be the posterior mean given y alone, m + s^2/(s^2 + tau^2)(y - m), up to
// the error of the estimated posterior variance (a mean over 1024 pixels).
TEST(Measurement, TheEstimateIsThePosteriorMeanOfAGaussian) {
  const double mean = 0.4;
  const double s2 = 0.09;
  const auto a = std::make_shared<Identity>(kShape);
  const Tensor truth = mean + std::sqrt(s2) * normal(0);
  for (double tau : {0.0, 0.1, 0.3}) {
    const Measurement measurement = measured(a, truth, tau, normal(1));
    const double sigma = 0.3;
    const Tensor x = measurement.hold(truth, level(sigma), normal(2));
    const Tensor denoised = mean + s2 / (s2 + sigma * sigma) * (x - mean);
    const Tensor expected = mean + s2 / (s2 + tau * tau) * (measurement.y() - mean);
    const Tensor error = measurement.finish(x, denoised, level(sigma)) - expected;
    // Off by less than 1 % of the pixels' spread, where the measurement's own noise is 0, 33 and 100 % of it.
    EXPECT_LE(error.square().mean().sqrt().item<double>(), 0.01 * std::sqrt(s2)) << tau;
  }
}

TEST(Measurement, OfSomeRows) {
  const auto a = std::make_shared<Downsampling>(4, kShape);
  const Measurement all(a, a->apply(normal(0)), 0.1);
  const Measurement part = all.of(at::tensor({5, 2}, at::kLong));
  EXPECT_EQ(part.count(), 2);
  EXPECT_TRUE(at::equal(part.projected()[1], all.projected()[2]));
  testing::expect_error([&] { Measurement(a, all.y(), -1); }, "noise of size -1");
  testing::expect_error([&] { Measurement(a, normal(0), 1); }, "pseudo-inverse");
}

}  // namespace
}  // namespace mdsm
