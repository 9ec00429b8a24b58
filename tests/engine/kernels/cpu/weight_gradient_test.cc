#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "mdsm/engine/kernels/conv_weight_gradient.h"
#include "mdsm/engine/kernels/cpu/direct_weight_gradient.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/naive_conv.h"
#include "support/seeded_test.h"

namespace mdsm {
namespace {

using ConvKernelWeightGradient = testing::SeededTest;

using Method = WeightGradientMethod;

struct Case {
  int64_t batch, channels, outputs, height, width;
  ConvGeometry geometry;
};

constexpr ConvGeometry kThree{.kernel = 3, .stride = 1, .padding = 1};
constexpr ConvGeometry kFourDown{.kernel = 4, .stride = 2, .padding = 1};
constexpr ConvGeometry kOne{.kernel = 1, .stride = 1, .padding = 0};

// Odd sizes, one channel, one image, one pixel, channels that fill no vector, batches that leave a couple half empty.
const Case kCases[] = {
    {3, 5, 7, 9, 6, kThree},        {1, 16, 16, 8, 8, kThree},    {2, 1, 16, 32, 32, kThree},
    {5, 3, 20, 7, 5, kThree},       {3, 2, 33, 4, 9, kThree},     {3, 16, 1, 8, 8, kThree},
    {1, 1, 1, 1, 1, kThree},        {4, 40, 17, 2, 3, kThree},    {2, 130, 129, 4, 4, kThree},
    {3, 24, 40, 20, 40, kThree},    {3, 8, 20, 8, 6, kFourDown},  {1, 1, 5, 7, 9, kFourDown},
    {2, 17, 35, 16, 16, kFourDown}, {3, 33, 40, 5, 4, kOne},      {1, 1, 1, 1, 1, kOne},
    {2, 64, 64, 4, 4, kOne},        {2, 6, 18, 6, 6, {2, 2, 0}},  {2, 6, 18, 11, 8, {5, 1, 2}},
    {2, 9, 4, 10, 7, {3, 2, 1}},    {2, 9, 4, 10, 13, {3, 3, 0}}, {1, 4, 4, 9, 9, {2, 3, 1}},
    {2, 4, 4, 9, 9, {7, 2, 3}},
};

ConvPair random_pair(const Case& c, at::ScalarType type) {
  const auto random = [&](int64_t channels, int64_t height, int64_t width) {
    return at::randn({c.batch, channels, height, width}).to(type).contiguous(at::MemoryFormat::ChannelsLast);
  };
  return {random(c.channels, c.height, c.width),
          random(c.outputs, c.geometry.output_size(c.height), c.geometry.output_size(c.width))};
}

Tensor naive(const std::vector<ConvPair>& pairs, const ConvGeometry& g) {
  Tensor sum;
  for (const ConvPair& pair : pairs) {
    const Tensor one = testing::naive_weight_gradient(pair.x, pair.y_bar, g.kernel, g.stride, g.padding);
    sum = sum.defined() ? sum + one : one;
  }
  return sum;
}

std::string text_of(const Case& c, Method method, at::ScalarType type) {
  return fmt::format("{} {} {}x{}->{} {}x{} kernel {} stride {} padding {}", name_of(method), toString(type), c.batch,
                     c.channels, c.outputs, c.height, c.width, c.geometry.kernel, c.geometry.stride,
                     c.geometry.padding);
}

/// Relative to the largest entry. Ours and float32 sum in float32; ATen's bfloat16 results are themselves rounded to 8
/// bits, and so are those of each of two pairs.
double tolerance(Method method, at::ScalarType type) {
  if (type == at::kDouble) return 1e-13;
  if (type == at::kFloat || method == Method::direct || method == Method::patches) return 1e-5;
  return 8e-3;
}

TEST_F(ConvKernelWeightGradient, EveryMethodMatchesTheDefinition) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kDouble}) {
    for (const Case& c : kCases) {
      at::manual_seed(1);
      const std::vector<ConvPair> pairs{random_pair(c, type)};
      const Tensor expected = naive(pairs, c.geometry);
      for (const Method method : weight_gradient_methods(pairs, c.geometry)) {
        const Tensor out = at::ones_like(expected, type == at::kDouble ? at::kDouble : at::kFloat);  // adds
        add_conv_weight_gradient(pairs, c.geometry, method, out);
        testing::expect_close(out - 1, expected, tolerance(method, type), text_of(c, method, type).c_str());
      }
    }
  }
}

TEST_F(ConvKernelWeightGradient, SumsPairsApartAndEndToEnd) {
  const Case c{.batch = 3, .channels = 16, .outputs = 24, .height = 8, .width = 6, .geometry = kFourDown};
  const Case twice{.batch = 6, .channels = 16, .outputs = 24, .height = 8, .width = 6, .geometry = kFourDown};
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const ConvPair whole = random_pair(twice, type);
    const std::vector<ConvPair> adjacent{{whole.x.narrow(0, 0, 3), whole.y_bar.narrow(0, 0, 3)},
                                         {whole.x.narrow(0, 3, 3), whole.y_bar.narrow(0, 3, 3)}};
    const std::vector<ConvPair> apart{random_pair(c, type), random_pair(c, type), random_pair(c, type)};
    for (const auto& pairs : {adjacent, apart}) {
      for (const Method method : weight_gradient_methods(pairs, kFourDown)) {
        const Tensor out = at::zeros({24, 16, 4, 4});
        add_conv_weight_gradient(pairs, kFourDown, method, out);
        testing::expect_close(out, naive(pairs, kFourDown), tolerance(method, type), text_of(c, method, type).c_str());
      }
    }
  }
}

// What a processor without bfloat16 arithmetic runs: float32 sums of widened values.
TEST_F(ConvKernelWeightGradient, WidenedBfloat16MatchesTheDefinition) {
  for (const Case& c : kCases) {
    const std::vector<ConvPair> pairs{random_pair(c, at::kBFloat16), random_pair(c, at::kBFloat16)};
    const Tensor expected = naive(pairs, c.geometry);
    const Tensor out = at::zeros_like(expected, at::kFloat);
    kernels::direct_weight_gradient(pairs, c.geometry, kernels::Packing::float_from_bfloat16, out);
    testing::expect_close(out, expected, 1e-5, text_of(c, Method::direct, at::kBFloat16).c_str());
    if (c.geometry != kThree || c.channels > 3) continue;
    const Tensor patches = at::zeros_like(out);
    kernels::patch_weight_gradient(pairs, kernels::Packing::float_from_bfloat16, patches);
    testing::expect_close(patches, expected, 1e-5, text_of(c, Method::patches, at::kBFloat16).c_str());
  }
}

TEST_F(ConvKernelWeightGradient, WritesThroughStridesAndLeavesInputsAlone) {
  const Case c{.batch = 2, .channels = 12, .outputs = 10, .height = 6, .width = 5, .geometry = kThree};
  const ConvPair pair = random_pair(c, at::kFloat);
  const ConvPair plain{pair.x.contiguous(), pair.y_bar.contiguous()};  // not channels-last
  const Tensor before = plain.x.clone();
  const Tensor flat = at::zeros({3, 3, 12, 10});
  const Tensor out = flat.permute({3, 2, 0, 1});
  add_conv_weight_gradient(std::vector<ConvPair>{plain}, kThree, Method::direct, out);
  testing::expect_close(out, naive({pair}, kThree), 1e-5);
  EXPECT_TRUE(plain.x.equal(before));
}

TEST_F(ConvKernelWeightGradient, ThreadCountChangesRoundingAlone) {
  const int threads = at::get_num_threads();
  for (const Case& c : {Case{3, 20, 40, 8, 8, kThree}, Case{1, 130, 129, 4, 4, kThree}, Case{2, 1, 16, 9, 9, kThree}}) {
    const std::vector<ConvPair> pairs{random_pair(c, at::kFloat)};
    const Tensor expected = naive(pairs, c.geometry);
    const Method method = c.channels == 1 ? Method::patches : Method::direct;
    for (const int count : {1, 2, 5}) {
      at::set_num_threads(count);
      const Tensor out = at::zeros_like(expected, at::kFloat);
      add_conv_weight_gradient(pairs, c.geometry, method, out);
      testing::expect_close(out, expected, 1e-5, text_of(c, method, at::kFloat).c_str());
    }
    at::set_num_threads(threads);
  }
}

TEST_F(ConvKernelWeightGradient, RejectsWhatDoesNotFit) {
  const Case c{.batch = 2, .channels = 8, .outputs = 8, .height = 6, .width = 6, .geometry = kThree};
  const ConvPair pair = random_pair(c, at::kFloat);
  const Tensor out = at::zeros({8, 8, 3, 3});
  const auto add = [&](const std::vector<ConvPair>& pairs, Method method, const Tensor& to) {
    add_conv_weight_gradient(pairs, kThree, method, to);
  };
  testing::expect_error([&] { add({}, Method::aten, out); }, "no pairs");
  testing::expect_error([&] { add({{pair.x, pair.y_bar.narrow(2, 0, 5)}}, Method::aten, out); }, "do not fit");
  testing::expect_error([&] { add({pair, {pair.x, pair.y_bar.to(at::kDouble)}}, Method::aten, out); }, "one shape");
  testing::expect_error([&] { add({pair}, Method::patches, out); }, "'patches' does not apply");
  testing::expect_error([&] { add({pair}, Method::direct, out.to(at::kBFloat16)); }, "Pass shape (8, 8, 3, 3)");
  testing::expect_error(
      [&] {
        add({{pair.x.to(at::kInt), pair.y_bar.to(at::kInt)}}, Method::aten, out);
      },
      "is not supported");
}

}  // namespace
}  // namespace mdsm
