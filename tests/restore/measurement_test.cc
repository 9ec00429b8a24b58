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

// s = 1/4: noise of 0.05 in y is 0.2 in A+ y. At any level above, measured directions are the truth plus noise of the
// level. 16 x 64 numbers; false alarms 4e-6 a check.
TEST(Measurement, HeldDirectionsHaveTheNoiseOfTheLevel) {
  const auto a = std::make_shared<Downsampling>(4, kShape);
  const Tensor truth = normal(0);
  const Measurement measurement = measured(a, truth, 0.05, normal(1, a->range()));
  for (double sigma : {0.2, 0.3, 3.0}) {
    SCOPED_TRACE(sigma);
    const Tensor x = measurement.hold(normal(2) * 7, sigma, normal(3));
    const Tensor offset = (a->apply(x) - a->apply(truth)) * 4;  // an orthonormal coordinate of A+ y
    expect_normal_moments(offset, 0, sigma * sigma);
    // What is free stays.
    const Tensor before = normal(2) * 7;
    expect_close(x - a->pseudo_inverse(a->apply(x)), before - a->pseudo_inverse(a->apply(before)), 1e-12);
  }
  expect_close(a->apply(measurement.hold(truth, 0.19, normal(3))), measurement.y(), 1e-12, "no noise to be added");
}

TEST(Measurement, WithoutNoiseTheMeasuredPixelsAreExact) {
  const auto a = std::make_shared<Inpainting>(random_mask(0.3, 1, 32, 32), kShape);
  const Tensor truth = normal(0);
  const Measurement measurement(a, a->apply(truth), 0);
  EXPECT_TRUE(at::equal(a->apply(measurement.hold(normal(2), 0, normal(3))), a->apply(truth)));
  EXPECT_TRUE(at::equal(a->apply(measurement.agree(normal(4))), a->apply(truth)));
  EXPECT_TRUE(at::equal(Measurement(a, a->apply(truth), 0.1).agree(normal(4)), normal(4)));
  const Tensor d = measurement.pull(normal(2), normal(4));
  expect_close(d, a->apply(truth - normal(2)) + normal(4) - a->apply(normal(4)), 1e-12);
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
