#include "mdsm/base/alone.h"

#include <ATen/Parallel.h>
#include <ATen/ops/convolution_backward.h>
#include <gtest/gtest.h>

#include "mdsm/base/rng.h"

namespace mdsm {
namespace {

/// The way back of a 4x4 convolution of stride 2: oneDNN cuts its sums by the number of threads that it sees.
Tensor way_back() {
  const auto normal = [](uint32_t slot, const Shape& shape) {
    return RandomRows::slots(1, Stream::data, slot, 1).normal(0, shape).squeeze(0);
  };
  const Tensor y_bar = normal(1, {1, 16, 50, 50}), weight = normal(2, {16, 16, 4, 4});
  const Tensor x = at::empty({1, 16, 100, 100}, at::MemoryFormat::ChannelsLast);
  return std::get<0>(at::convolution_backward(y_bar.contiguous(at::MemoryFormat::ChannelsLast), x, weight, at::nullopt,
                                              {2, 2}, {1, 1}, {1, 1}, false, {0, 0}, 1, {true, false, false}));
}

TEST(EachAlone, GivesTheSameBitsOnAnyNumberOfThreads) {
  const int threads = at::get_num_threads();
  std::vector<Tensor> found;
  for (const int count : {1, 2, 3, 7}) {
    at::set_num_threads(count);
    Tensors each(4);
    each_alone(4, [&](int64_t i) { each[static_cast<size_t>(i)] = way_back(); });
    found.insert(found.end(), each.begin(), each.end());
  }
  at::set_num_threads(threads);
  for (size_t i = 0; i < found.size(); ++i) EXPECT_TRUE(at::equal(found[i], found[0])) << i;
}

TEST(EachAlone, LeavesTheNumberOfThreadsAsItWas) {
  const int before = at::get_num_threads();
  each_alone(3, [](int64_t) {});
  EXPECT_EQ(at::get_num_threads(), before);
}

}  // namespace
}  // namespace mdsm
