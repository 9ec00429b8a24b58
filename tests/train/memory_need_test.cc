#include "mdsm/train/memory_need.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/small_training.h"

namespace mdsm {
namespace {

TEST(MemoryNeed, SaysWhichMicroBatchFits) {
  Experiment experiment = testing::small_mnist(1);
  experiment.train.batch = 64;
  const auto need = [&](int64_t micro_batch) {
    experiment.train.micro_batch = micro_batch;
    return training_memory(experiment, {1, 32, 32}, Precision::fp32);
  };
  const int64_t sixteen = need(16);
  EXPECT_LT(sixteen, need(0));
  EXPECT_EQ(need(64), need(0));
  EXPECT_EQ(need(1000), need(64));  // no more than the batch
  const auto check = [&](int64_t micro_batch, int64_t available) {
    experiment.train.micro_batch = micro_batch;
    require_memory(experiment, {1, 32, 32}, Precision::fp32, available);
  };
  check(16, sixteen);
  testing::expect_error([&] { check(0, sixteen); }, "Set train.micro_batch = 16");
  testing::expect_error([&] { check(0, 1); }, "energy.width");
}

}  // namespace
}  // namespace mdsm
