#include "mdsm/engine/kernels/cuda/pointwise.h"

#include <gtest/gtest.h>

namespace mdsm {
namespace {

namespace card = kernels::card;

TEST(CudaPointwise, GridsCoverSmallTensorsAndStopAtFullCards) {
  EXPECT_EQ(card::blocks_for(2, 132), 1);
  EXPECT_EQ(card::blocks_for(256 * 16, 132), 1);
  EXPECT_EQ(card::blocks_for(256 * 16 + 1, 132), 2);
  EXPECT_EQ(card::blocks_for(int64_t{1} << 40, 132), 16 * 132);
}

TEST(CudaPointwise, LeavesTheCpuToItsOwnKernels) { EXPECT_FALSE(card::fits_pointwise({at::ones({4}), Tensor()})); }

}  // namespace
}  // namespace mdsm
