#include "mdsm/evaluate/distribution.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

TEST(Distribution, OfTheNumbers0To100) {
  const Distribution d = distribution_of(at::arange(101, at::kFloat).flip(0));
  EXPECT_EQ(d.count, 101);
  EXPECT_EQ(d.mean, 50);
  EXPECT_NEAR(d.deviation, std::sqrt(101.0 * 102 / 12), 1e-9);  // (n^2 - 1)/12 n/(n - 1)
  EXPECT_EQ(d.least, 0);
  EXPECT_NEAR(d.q05, 5, 1e-12);
  EXPECT_NEAR(d.q25, 25, 1e-12);
  EXPECT_NEAR(d.median, 50, 1e-12);
  EXPECT_NEAR(d.q75, 75, 1e-12);
  EXPECT_NEAR(d.q95, 95, 1e-12);
}

TEST(Distribution, OfOneNumberAndOfNone) {
  const Distribution d = distribution_of(at::full({1}, 7.0));
  EXPECT_EQ(d.deviation, 0);
  EXPECT_EQ(d.q05, 7);
  expect_error([] { distribution_of(at::zeros({0})); }, "expected (N)");
}

}  // namespace
}  // namespace mdsm
