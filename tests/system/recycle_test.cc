#include "mdsm/system/recycle.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "mdsm/base/rng.h"
#include "mdsm/system/memory.h"

namespace mdsm {
namespace {

constexpr int64_t kKiB = 1 << 10;
constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kSlack = 64 * kMiB;  // idle bytes that may stay whatever the peak is

at::Tensor bytes(int64_t count) { return at::empty({count}, at::kByte); }

/// Recycles from here on; begins and ends without idle buffers.
class Recycle : public ::testing::Test {
 protected:
  void SetUp() override {
    recycle_buffers();
    release_recycled_buffers();
  }
  void TearDown() override { release_recycled_buffers(); }
};

TEST_F(Recycle, DataAreAlignedAndWritable) {
  for (const int64_t count : {int64_t{1}, kKiB, 64 * kKiB - 1, 64 * kKiB, kMiB + 1, 2 * kMiB, 5 * kMiB + 7}) {
    const at::Tensor tensor = bytes(count).fill_(0xA5);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data_ptr()) % 64, 0U) << count;
    EXPECT_EQ(tensor.to(at::kLong).sum().item<int64_t>(), count * 0xA5);
  }
  EXPECT_EQ(bytes(0).numel(), 0);
}

TEST_F(Recycle, ABufferThatIsGivenBackIsTakenAgain) {
  const void* first = bytes(3 * kMiB).data_ptr();
  const RecycledBytes before = recycled_bytes();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(bytes(3 * kMiB).data_ptr(), first);
  EXPECT_EQ(recycled_bytes().requested, before.requested);
}

// A buffer serves what needs at least four fifths of it: memory is not wasted on small tensors.
TEST_F(Recycle, AMuchLargerBufferIsNotTaken) {
  const void* large = bytes(8 * kMiB).data_ptr();
  EXPECT_EQ(bytes(7 * kMiB).data_ptr(), large);
  const int64_t requested = recycled_bytes().requested;
  const at::Tensor small = bytes(kMiB);
  EXPECT_NE(small.data_ptr(), large);
  EXPECT_GE(recycled_bytes().requested, requested + kMiB);
}

TEST_F(Recycle, SmallTensorsAreNoneOfItsBusiness) {
  const RecycledBytes before = recycled_bytes();
  const at::Tensor tensor = bytes(64 * kKiB - 1);
  EXPECT_EQ(recycled_bytes().in_use, before.in_use);
  EXPECT_EQ(recycled_bytes().requested, before.requested);
}

TEST_F(Recycle, EveryByteIsInUseOrIdle) {
  const RecycledBytes before = recycled_bytes();
  EXPECT_EQ(before.idle, 0);
  at::Tensor tensor = bytes(10 * kMiB);
  const RecycledBytes during = recycled_bytes();
  const int64_t size = during.in_use - before.in_use;
  EXPECT_GE(size, 10 * kMiB);
  EXPECT_LT(size, 11 * kMiB);
  EXPECT_EQ(during.idle, 0);
  EXPECT_EQ(during.requested - before.requested, size);
  EXPECT_GE(during.peak, during.in_use);
  tensor.reset();
  EXPECT_EQ(recycled_bytes().in_use, before.in_use);
  EXPECT_EQ(recycled_bytes().idle, size);
  EXPECT_EQ(recycled_bytes().peak, during.peak);
}

// Whatever the order of sizes, the process is never larger than one and a half times its peak and the slack.
TEST_F(Recycle, IdleBuffersAreBounded) {
  for (uint32_t i = 0; i < 400; ++i) {
    const at::Tensor tensor = bytes(kMiB + static_cast<int64_t>(integer_at({1, Stream::data, 0, 0}, i, 40 * kMiB)));
    const RecycledBytes now = recycled_bytes();
    ASSERT_LE(now.in_use + now.idle, now.peak + now.peak / 2 + kSlack) << i;
  }
  EXPECT_GT(recycled_bytes().idle, 0);
}

TEST_F(Recycle, ReleasedMemoryGoesBackToTheSystem) {
  const int64_t count = 256 * kMiB;
  bytes(count).fill_(1);
  EXPECT_GE(recycled_bytes().idle, count);
  const int64_t resident = resident_bytes();
  release_recycled_buffers();
  EXPECT_EQ(recycled_bytes().idle, 0);
  EXPECT_EQ(recycled_bytes().peak, recycled_bytes().in_use);
#if !defined(__SANITIZE_ADDRESS__)  // which keeps freed memory for a while
  EXPECT_LT(resident_bytes(), resident - count / 2);
#else
  static_cast<void>(resident);
#endif
}

/// Holds up to eight tensors of random sizes, each full of a number of its own, and replaces them in turn.
/// \return whether each still held its number when it was given back
bool numbers_survive(uint64_t seed) {
  std::array<at::Tensor, 8> held;
  std::array<uint8_t, 8> number{};
  const auto is_whole = [&](size_t k) {
    const auto* data = held.at(k).data_ptr<uint8_t>();
    return data[0] == number.at(k) &&
           std::memcmp(data, data + 1, static_cast<size_t>(held.at(k).numel()) - 1) == 0;  // all equal the first
  };
  bool whole = true;
  for (uint32_t i = 0; i < 300; ++i) {
    const auto k = static_cast<size_t>(integer_at({seed, Stream::data, 0, 0}, i, 8));
    if (held.at(k).defined()) whole = whole && is_whole(k);
    held.at(k) = bytes(32 * kKiB + static_cast<int64_t>(integer_at({seed, Stream::data, 1, 0}, i, 512 * kKiB)));
    number.at(k) = static_cast<uint8_t>(seed * 37 + i);
    std::memset(held.at(k).data_ptr(), number.at(k), static_cast<size_t>(held.at(k).numel()));
  }
  return whole;
}

TEST_F(Recycle, LiveBuffersNeverOverlapAcrossThreads) {
  const int64_t before = recycled_bytes().in_use;
  std::array<bool, 4> whole{};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < whole.size(); ++t) threads.emplace_back([&, t] { whole.at(t) = numbers_survive(t + 1); });
  for (std::thread& thread : threads) thread.join();
  for (const bool each : whole) EXPECT_TRUE(each);
  EXPECT_EQ(recycled_bytes().in_use, before);
}

TEST_F(Recycle, ATensorOutlivesItsThreadAndIsGivenBackByAnother) {
  at::Tensor tensor;
  std::thread([&] { tensor = at::full({kMiB}, 7, at::kByte); }).join();
  EXPECT_EQ(tensor.min().item<int64_t>(), 7);
  const void* data = tensor.data_ptr();
  tensor.reset();
  EXPECT_EQ(bytes(kMiB).data_ptr(), data);
}

TEST_F(Recycle, AChildOfForkHasItsOwnCopy) {
  const at::Tensor tensor = at::full({kMiB}, 7, at::kByte);
  bytes(2 * kMiB);  // one idle buffer
  const pid_t child = fork();
  if (child == 0) {
    std::memset(tensor.data_ptr(), 8, static_cast<size_t>(kMiB));
    const at::Tensor taken = bytes(2 * kMiB);
    std::memset(taken.data_ptr(), 9, static_cast<size_t>(2 * kMiB));
    _exit(recycled_bytes().in_use >= 3 * kMiB ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(tensor.min().item<int64_t>(), 7);
  EXPECT_EQ(tensor.max().item<int64_t>(), 7);
}

}  // namespace
}  // namespace mdsm
