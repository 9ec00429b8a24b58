#include "mdsm/engine/kernels/cpu/resample.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "support/expect_close.h"

namespace mdsm {
namespace {

// Channels that vectors divide and that they do not, every type and both layouts.
TEST(Resample, SumsAndRepeatsSquaresOfPixels) {
  for (const auto& [type, tolerance] :
       {std::pair{at::kFloat, 1e-6}, std::pair{at::kBFloat16, 5e-3}, std::pair{at::kDouble, 1e-14}}) {
    for (int64_t channels : {1, 3, 16, 35}) {
      const Tensor x = RandomRows::slots(7, Stream::data, 0, 2).normal(0, {channels, 4, 6}).to(type);
      const Tensor exact = x.to(at::kDouble);
      const Tensor sums = exact.reshape({2, channels, 2, 2, 3, 2}).sum({3, 5});
      const Tensor repeated = exact.repeat_interleave(2, 2).repeat_interleave(2, 3);
      for (const Tensor& laid_out : {x, x.contiguous(at::MemoryFormat::ChannelsLast)}) {
        for (float factor : {1.0F, 0.25F}) {
          const Tensor small = kernels::sum_2x2(laid_out, factor), large = kernels::repeat_2x2(laid_out, factor);
          EXPECT_EQ(small.scalar_type(), type);
          testing::expect_close(small, factor * sums, tolerance, "sum");
          testing::expect_close(large, factor * repeated, tolerance, "repeat");
        }
      }
    }
  }
}

}  // namespace
}  // namespace mdsm
