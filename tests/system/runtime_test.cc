#include "mdsm/system/runtime.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <limits>

#include "mdsm/system/machine.h"
#include "mdsm/system/recycle.h"
#include "support/expect_error.h"

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

/// Sets threads and denormals back: other tests count on them.
class Runtime : public ::testing::Test {
 protected:
  void TearDown() override {
    at::parallel_for(0, at::get_num_threads(), 1,
                     [](int64_t, int64_t) { at::globalContext().setFlushDenormal(false); });
    at::set_num_threads(threads_);
  }
  const int threads_ = at::get_num_threads();
};

TEST_F(Runtime, SetsThreadsDenormalsAndBuffers) {
  set_up_process({.threads = 2});
  EXPECT_EQ(at::get_num_threads(), 2);
  EXPECT_EQ(threads_with_denormals(), 0);
  const int64_t before = recycled_bytes().in_use;
  const at::Tensor tensor = at::empty({1 << 20}, at::kByte);
  EXPECT_GE(recycled_bytes().in_use, before + (1 << 20));
}

TEST_F(Runtime, ASecondCallChangesTheThreadsAlone) {
  set_up_process({.threads = 1});
  const at::Tensor tensor = at::ones({1 << 20});
  const int64_t in_use = recycled_bytes().in_use;
  set_up_process({.threads = 2});
  EXPECT_EQ(at::get_num_threads(), 2);
  EXPECT_EQ(threads_with_denormals(), 0);
  EXPECT_EQ(recycled_bytes().in_use, in_use);
  EXPECT_EQ(tensor.sum().item<double>(), 1 << 20);
  set_up_process();
  EXPECT_EQ(at::get_num_threads(), 2);  // 0 leaves them
}

TEST_F(Runtime, DenormalsMayStay) {
  set_up_process({.threads = 2, .flush_denormals = false});
  EXPECT_EQ(threads_with_denormals(), 2);
}

// A thousand threads on two processors take turns for minutes, whoever asks for them.
TEST_F(Runtime, NoMoreThreadsThanProcessors) {
  set_up_process({.threads = 1024});
  EXPECT_EQ(at::get_num_threads(), processor_count());
  at::set_num_threads(1024);  // as OMP_NUM_THREADS does
  set_up_process();
  EXPECT_EQ(at::get_num_threads(), processor_count());
}

TEST_F(Runtime, WrongRequestsAreErrors) {
  testing::expect_error([] { set_up_process({.threads = -1}); }, "-1 threads");
}

}  // namespace
}  // namespace mdsm
