#include "mdsm/sample/noise_schedule.h"

#include <gtest/gtest.h>

#include "mdsm/sample/options.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

TEST(NoiseSchedule, TheEndsAreExactAndTheLevelsFall) {
  for (const int64_t count : {2, 3, 20, 1000}) {
    for (const auto& levels :
         {rho_noise(3, 0.1, 3, count), geometric_noise(3, 0.1, count), rho_noise(3, 0.1, 1, count)}) {
      ASSERT_EQ(levels.size(), static_cast<size_t>(count));
      EXPECT_EQ(levels.front(), 3);
      EXPECT_EQ(levels.back(), 0.1);
      EXPECT_TRUE(std::is_sorted(levels.rbegin(), levels.rend()));
    }
  }
  EXPECT_EQ(rho_noise(3, 0.1, 3, 1), std::vector<double>{3});
}

TEST(NoiseSchedule, TheMiddlesAreTheFormulas) {
  EXPECT_NEAR(rho_noise(8, 1, 3, 3)[1], std::pow(1.5, 3), 1e-13);
  EXPECT_NEAR(geometric_noise(8, 2, 3)[1], 4, 1e-13);
  EXPECT_NEAR(rho_noise(8, 2, 1, 3)[1], 5, 1e-13);
  EXPECT_NEAR(rho_noise(8, 2, 1e6, 3)[1], 4, 1e-4);  // geometric in the limit
}

TEST(NoiseSchedule, OptionsNameTheScheduleAndItsEnds) {
  SampleContext context(0.1);
  context.sigma_max = 3;
  context.sigma_min = 0.1;
  SampleOptions options;
  EXPECT_EQ(build_noise_levels(options, context, 7), rho_noise(3, 0.1, 3, 7));
  options.noise_schedule = "linear";
  options.sigma_min = 0.2;
  EXPECT_EQ(build_noise_levels(options, context, 7), rho_noise(3, 0.2, 1, 7));
  options.noise_schedule = "geometric";
  options.sigma_max = 2;
  EXPECT_EQ(build_noise_levels(options, context, 7), geometric_noise(2, 0.2, 7));
  options.noise_schedule = "geometrc";
  expect_error([&] { build_noise_levels(options, context, 7); }, "Did you mean 'geometric'?");
}

TEST(NoiseSchedule, AStepSplitsTheNoise) {
  for (const double eta : {0.0, 0.3, 1.0}) {
    const NoiseStep step = noise_step(at::scalar_tensor(2.0, at::kDouble), 1.5, eta);
    const double kept = step.keep.item<double>() * 2;
    const double fresh = step.fresh.item<double>();
    EXPECT_NEAR(kept * kept + fresh * fresh, 1.5 * 1.5, 1e-14);
    EXPECT_NEAR(fresh, eta * 1.5 * std::sqrt(1 - 0.5625), 1e-14);
  }
  const NoiseStep below = noise_step(at::tensor({0.0, 1.0, 1.5}, at::kDouble), 1.5, 1);
  EXPECT_TRUE(at::equal(below.keep, at::ones({3}, at::kDouble)));
  EXPECT_TRUE(at::equal(below.fresh, at::zeros({3}, at::kDouble)));
}

TEST(NoiseSchedule, ImpossibleOnesAreErrors) {
  expect_error([] { rho_noise(3, 0.1, 0, 3); }, "sample.rho");
  expect_error([] { geometric_noise(3, 0, 3); }, "from 3 down to 0");
  expect_error([] { geometric_noise(1, 3, 3); }, "from 1 down to 3");
  expect_error([] { geometric_noise(3, 1, 0); }, "0 levels");
}

}  // namespace
}  // namespace mdsm
