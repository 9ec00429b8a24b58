#include "mdsm/sample/temperature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/sample/options.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using ::testing::ElementsAre;
using testing::expect_error;

TEST(Temperature, ThePapersThreeStages) {
  const std::vector<double> t = three_stage_temperatures(100, 2700);
  ASSERT_EQ(t.size(), 2700U);
  for (size_t i = 0; i <= 500; ++i) EXPECT_EQ(t[i], 100) << i;
  EXPECT_DOUBLE_EQ(t[501], 100 * std::exp(-std::log(100.0) / 2000));
  EXPECT_DOUBLE_EQ(t[1500], 10);
  EXPECT_NEAR(t[2499], std::pow(100, 1.0 / 2000), 1e-12);
  EXPECT_EQ(t[2500], 1);
  EXPECT_DOUBLE_EQ(t[2501], 1 - 1.0 / 199);
  EXPECT_EQ(t[2699], 0);
}

TEST(Temperature, ThreeStagesKeepTheirProportionsAtAnyLength) {
  for (int64_t steps : {1, 2, 3, 7, 14, 27, 50, 100, 270, 1000, 5400}) {
    SCOPED_TRACE(steps);
    const std::vector<double> t = three_stage_temperatures(100, steps);
    ASSERT_EQ(t.size(), static_cast<size_t>(steps));
    EXPECT_EQ(t.back(), 0);
    EXPECT_TRUE(std::is_sorted(t.rbegin(), t.rend()));
    EXPECT_EQ(t.front(), steps > 1 ? 100 : 0);
    const auto above_one = std::count_if(t.begin(), t.end(), [](double each) { return each > 1; });
    EXPECT_NEAR(static_cast<double>(above_one), static_cast<double>(steps) * 25 / 27, 1);
  }
  EXPECT_THAT(three_stage_temperatures(1, 27), ::testing::Each(::testing::Le(1)));
}

TEST(Temperature, TheEndsAreExact) {
  EXPECT_THAT(linear_temperatures(100, 0, 5), ElementsAre(100, 75, 50, 25, 0));
  EXPECT_THAT(linear_temperatures(7, 3, 1), ElementsAre(3));
  EXPECT_THAT(constant_temperatures(2.5, 3), ElementsAre(2.5, 2.5, 2.5));
  const std::vector<double> t = geometric_temperatures(0.7, 0.1, 4);
  EXPECT_EQ(t.front(), 0.7);
  EXPECT_EQ(t.back(), 0.1);
  EXPECT_NEAR(t[1] / t[0], std::cbrt(1.0 / 7), 1e-14);
  EXPECT_NEAR(t[2] / t[1], std::cbrt(1.0 / 7), 1e-14);
  EXPECT_THAT(geometric_temperatures(5, 2, 1), ElementsAre(2));
}

TEST(Temperature, OptionsNameTheSchedule) {
  SampleOptions options;
  EXPECT_EQ(build_temperatures(options, 2700), three_stage_temperatures(100, 2700));
  options.steps = 5;  // a jump, and
  options.temperature = 8;
  options.final_temperature = 1;
  options.schedule = "linear";
  EXPECT_EQ(build_temperatures(options, 4), linear_temperatures(8, 1, 4));
  options.schedule = "geometric";
  EXPECT_EQ(build_temperatures(options, 4), geometric_temperatures(8, 1, 4));
  options.schedule = "constant";
  EXPECT_EQ(build_temperatures(options, 4), constant_temperatures(8, 4));
  options.schedule = "list";
  expect_error([&] { build_temperatures(options, 4); }, "'list' without temperatures");
  options.temperatures = {3, 5, 0};
  expect_error([&] { build_temperatures(options, 4); }, "3 temperatures for 4 steps");
  options.steps = 0;
  EXPECT_THAT(build_temperatures(options, 2700), ElementsAre(3, 5, 0));
  options.temperatures[1] = -1;
  expect_error([&] { build_temperatures(options, 2700); }, "-1 at place 1");
  options.schedule = "tree-stage";
  expect_error([&] { build_temperatures(options, 2700); }, "Did you mean 'three-stage'?");
}

TEST(Temperature, ImpossibleSchedulesAreErrors) {
  expect_error([] { linear_temperatures(1, 0, 0); }, "0 steps");
  expect_error([] { linear_temperatures(-1, 0, 3); }, "-1 at place 0");
  expect_error([] { constant_temperatures(std::nan(""), 3); }, "nan");
  expect_error([] { geometric_temperatures(1, 0, 3); }, "reaches 0 never");
  expect_error([] { three_stage_temperatures(0.5, 10); }, "at least 1");
}

}  // namespace
}  // namespace mdsm
