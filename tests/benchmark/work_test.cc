#include "mdsm/benchmark/work.h"

#include <gtest/gtest.h>

#include "benchmark/tiny_case.h"

namespace mdsm {
namespace {

// What is timed is a training: one fixed batch, whose loss must fall.
TEST(BenchmarkWork, Trains) {
  BenchmarkWork work(testing::tiny_case(), {});
  const double first = work.step();
  double last = first;
  for (int i = 0; i < 200; ++i) last = work.step();
  EXPECT_LT(last, first);
}

TEST(BenchmarkWork, ProfilesEveryOpAndPass) {
  const BenchmarkWork work(testing::tiny_case(), {});
  EXPECT_EQ(work.gradient().sizes(), at::IntArrayRef({4, 1, 8, 8}));
  const Profile profile = work.profile();
  ASSERT_EQ(profile.size(), work.energy().graph().nodes().size());
  for (const PassTimes& times : profile) {
    for (size_t pass = 0; pass < 3; ++pass) EXPECT_GT(times[pass], 0);
  }
}

}  // namespace
}  // namespace mdsm
