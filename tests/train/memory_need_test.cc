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
    return memory_need(experiment, {1, 32, 32}, Precision::fp32, 0).training;
  };
  const int64_t sixteen = need(16);
  EXPECT_LT(sixteen, need(0));
  EXPECT_EQ(need(64), need(0));
  EXPECT_EQ(need(1000), need(64));  // no more than the batch
  const auto check = [&](int64_t micro_batch, int64_t available, int64_t held = 0) {
    experiment.train.micro_batch = micro_batch;
    require_memory(experiment, {1, 32, 32}, Precision::fp32, held, available);
  };
  check(16, sixteen);
  testing::expect_error([&] { check(0, sixteen); }, "Set train.micro_batch = 16");
  testing::expect_error([&] { check(0, 1); }, "energy.width");
  testing::expect_error([&] { check(0, sixteen, int64_t{3} << 20); }, " beside the 3.00 MiB of data, and ");
}

TEST(MessagesOfTrainingMemory, CountTheDataAndTheirMoments) {
  Experiment experiment = testing::small_mnist(1);
  experiment.train.moments_rank = 192;
  const Shape large{3, 256, 256};
  const MemoryNeed need = memory_need(experiment, {1, 32, 32}, Precision::fp32, 1000);
  EXPECT_EQ(need.data, 1000);
  EXPECT_GT(need.moments, int64_t{5} * 1024 * 1024 * 8) << "five matrices of 1024 x 1024";
  EXPECT_EQ(need.total(), 1000 + std::max(need.moments, need.training));
  experiment.energy.width = 4;
  experiment.train.batch = 1;
  const MemoryNeed of_large = memory_need(experiment, large, Precision::fp32, 0);
  EXPECT_GT(of_large.moments, of_large.training);
  testing::expect_error([&] { require_memory(experiment, large, Precision::fp32, 0, of_large.training); },
                        "train.moments_rank = 0");
}

}  // namespace
}  // namespace mdsm
