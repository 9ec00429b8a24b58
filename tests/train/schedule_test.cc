#include "mdsm/train/schedule.h"

#include <gtest/gtest.h>

#include "mdsm/train/norm_watch.h"

namespace mdsm {
namespace {

TEST(LearningRate, WarmsUpAndEndsAtTheFinalRate) {
  const TrainOptions options{.steps = 100, .learning_rate = 1, .final_learning_rate = 0.1, .warmup = 10};
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 0), 0.1);
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 9), 1);
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 10), 1);
  EXPECT_NEAR(learning_rate_at(options, 99), 0.1, 1e-12);
  const TrainOptions odd{.steps = 101, .learning_rate = 1, .final_learning_rate = 0.2};
  EXPECT_NEAR(learning_rate_at(odd, 50), 0.6, 1e-12);
  for (int64_t step = 10; step < 99; ++step)
    EXPECT_GT(learning_rate_at(options, step), learning_rate_at(options, step + 1));
}

TEST(LearningRate, FollowsTheClockWhereMinutesDecide) {
  const TrainOptions options{.minutes = 1, .learning_rate = 1, .final_learning_rate = 0, .warmup = 10};
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 4, 0.0), 0.5);
  EXPECT_NEAR(learning_rate_at(options, 4, 0.5), 0.25, 1e-12);
  EXPECT_NEAR(learning_rate_at(options, 1000000, 0.5), 0.5, 1e-12);
  EXPECT_NEAR(learning_rate_at(options, 20, 1.0), 0, 1e-12);
  EXPECT_NEAR(learning_rate_at(options, 20, 1.5), 0, 1e-12);
}

TEST(LearningRate, Constant) {
  const TrainOptions options{.steps = 10, .learning_rate = 0.5, .schedule = "constant", .warmup = 2};
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 0), 0.25);
  EXPECT_DOUBLE_EQ(learning_rate_at(options, 9), 0.5);
}

TEST(AverageDecay, WarmsUp) {
  const TrainOptions options{.ema = 0.9};
  EXPECT_DOUBLE_EQ(average_decay_at(options, 0), 0.1);
  EXPECT_DOUBLE_EQ(average_decay_at(options, 1000), 0.9);
  EXPECT_EQ(average_decay_at(TrainOptions{.ema = 0}, 5), 0);
}

TEST(NormWatch, KnowsAnExplosion) {
  NormWatch watch(10);
  for (int i = 0; i < 30; ++i) {
    EXPECT_FALSE(watch.is_explosion(1, 2));
    watch.record(1, i % 2 == 0 ? 1 : 4);
  }
  EXPECT_NEAR(watch.usual(), 2, 0.3);  // the geometric mean of 1 and 4
  EXPECT_FALSE(watch.is_explosion(3, 15));
  EXPECT_FALSE(watch.is_explosion(1.5, 25));  // large, but the loss is as ever: the network has begun to learn
  EXPECT_TRUE(watch.is_explosion(3, 25));
  EXPECT_TRUE(watch.is_explosion(std::nan(""), 1));
  EXPECT_TRUE(watch.is_explosion(1, INFINITY));
  NormWatch other(10);
  EXPECT_FALSE(other.is_explosion(9, 1e9));  // nothing is usual yet
  other.restore(watch.state());
  EXPECT_TRUE(other.is_explosion(3, 25));
  EXPECT_FALSE(NormWatch(0).is_explosion(1e30, 1e30));
}

}  // namespace
}  // namespace mdsm
