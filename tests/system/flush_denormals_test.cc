#include "mdsm/system/flush_denormals.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <limits>

namespace mdsm {
namespace {

/// Threads of the pool in which half of the smallest normal number is not zero.
int threads_with_denormals() {
  std::atomic<int> count{0};
  at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t, int64_t) {
    volatile float smallest = std::numeric_limits<float>::min();
    if (smallest * 0.5F != 0) ++count;
  });
  return count;
}

TEST(FlushDenormals, ReachesEveryThread) {
  const int before = at::get_num_threads();
  at::set_num_threads(2);
  at::globalContext().setFlushDenormal(false);
  EXPECT_EQ(threads_with_denormals(), 2);  // the pool runs, with denormals
  flush_denormals();
  EXPECT_EQ(threads_with_denormals(), 0);
  // Other tests count on them.
  at::parallel_for(0, 2, 1, [](int64_t, int64_t) { at::globalContext().setFlushDenormal(false); });
  at::set_num_threads(before);
}

}  // namespace
}  // namespace mdsm
