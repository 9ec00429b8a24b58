#include "mdsm/engine/kernels/cpu/channel_sums.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "support/expect_close.h"

namespace mdsm {
namespace {

Tensor draw(const Shape& shape, at::ScalarType type) {
  return RandomRows::slots(6, Stream::data, 0, 3).normal(0, shape).to(type);
}

// Channels that vectors divide and that they do not, an odd number of pixels, every type and both layouts.
TEST(ChannelSums, AddBatchAndPixels) {
  for (const auto& [type, tolerance] :
       {std::pair{at::kFloat, 1e-5}, std::pair{at::kBFloat16, 1e-5}, std::pair{at::kDouble, 1e-14}}) {
    for (int64_t channels : {1, 5, 16, 32, 48}) {
      const Tensor x = draw({channels, 7, 5}, type);
      const Tensor expected = x.to(at::kDouble).sum({0, 2, 3});
      for (const Tensor& laid_out : {x, x.contiguous(at::MemoryFormat::ChannelsLast)}) {
        const Tensor sums = kernels::channel_sums(laid_out);
        EXPECT_EQ(sums.scalar_type(), type == at::kDouble ? at::kDouble : at::kFloat);
        testing::expect_close(sums, expected, tolerance);
      }
    }
  }
}

TEST(ChannelSums, DoNotDependOnTheNumberOfThreads) {
  const Tensor x = draw({32, 40, 40}, at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Tensor one = kernels::channel_sums(x);
  at::set_num_threads(3);
  const Tensor three = kernels::channel_sums(x);
  at::set_num_threads(threads);
  EXPECT_TRUE(at::equal(one, three));
}

}  // namespace
}  // namespace mdsm
