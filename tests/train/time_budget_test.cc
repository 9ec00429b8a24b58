#include "mdsm/train/time_budget.h"

#include <gtest/gtest.h>

namespace mdsm {
namespace {

TEST(TimeBudget, AddsWhatEarlierProcessesUsed) {
  double now = 1000;
  const TimeBudget budget(2, 30, [&now] { return now; });
  EXPECT_EQ(budget.used(), 30);
  now += 45;
  EXPECT_EQ(budget.used(), 75);
  EXPECT_EQ(budget.progress(), 0.625);
}

TEST(TimeBudget, TheMachinesClockGoesForward) {
  const double before = seconds_now();
  EXPECT_LE(before, seconds_now());
  EXPECT_GE(TimeBudget(1, 0).used(), 0);
}

}  // namespace
}  // namespace mdsm
