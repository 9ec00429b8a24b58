#include "mdsm/train/step_decision.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mdsm {
namespace {

TrainOptions constant_rate() {
  TrainOptions options;
  options.learning_rate = 0.1;
  options.schedule = "constant";
  options.ema = 0.999;
  options.clip = 2;
  return options;
}

TEST(StepDecision, ClipsToTheNormAndHalvesTheRateAfterARollback) {
  const TrainOptions options = constant_rate();
  const NormWatch watch(options.explosion);
  const StepDecision small = decide(options, watch, {.step = 4}, {.loss = 1, .norm = 1.5});
  EXPECT_FALSE(small.explosion);
  EXPECT_EQ(small.update.number, 5);
  EXPECT_EQ(small.update.learning_rate, 0.1);
  EXPECT_EQ(small.update.gradient_scale, 1);
  EXPECT_EQ(small.update.average_decay, 5.0 / 14);
  const StepDecision large = decide(options, watch, {.step = 4, .rollbacks = 2}, {.loss = 1, .norm = 8});
  EXPECT_EQ(large.update.gradient_scale, 0.25);
  EXPECT_EQ(large.update.learning_rate, 0.025);
}

TEST(StepDecision, WhatIsNotFiniteOrFarAboveTheUsualIsAnExplosion) {
  const TrainOptions options = constant_rate();
  NormWatch watch(options.explosion);
  for (int i = 0; i < 30; ++i) watch.record(1, 1);
  EXPECT_FALSE(decide(options, watch, {}, {.loss = 1, .norm = 1e6}).explosion);  // the loss is as ever
  EXPECT_TRUE(decide(options, watch, {}, {.loss = 3, .norm = 1e6}).explosion);
  EXPECT_TRUE(decide(options, watch, {}, {.loss = std::nan(""), .norm = 1}).explosion);
  EXPECT_TRUE(decide(options, watch, {}, {.loss = 1, .norm = INFINITY}).explosion);
}

TEST(StepDecision, TimeRulesTheScheduleWhereItIsGiven) {
  TrainOptions options = constant_rate();
  options.schedule = "cosine";
  options.final_learning_rate = 0;
  const NormWatch watch(options.explosion);
  EXPECT_NEAR(decide(options, watch, {.step = 3, .elapsed = 0.5}, {.loss = 1, .norm = 1}).update.learning_rate, 0.05,
              1e-12);
}

}  // namespace
}  // namespace mdsm
