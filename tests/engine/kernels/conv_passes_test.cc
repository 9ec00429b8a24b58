#include <gtest/gtest.h>

#include "mdsm/engine/kernels/conv_choice.h"
#include "mdsm/formats/file.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/naive_conv.h"
#include "support/seeded_test.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using ConvKernelPasses = testing::SeededTest;
using ConvKernelChoice = testing::SeededTest;

struct Case {
  int64_t batch, channels, outputs, height, width;
  ConvGeometry geometry;
};

const Case kCases[] = {
    {2, 5, 7, 9, 6, {3, 1, 1}}, {1, 1, 16, 8, 8, {3, 1, 1}}, {3, 16, 1, 8, 8, {3, 1, 1}}, {2, 16, 20, 8, 6, {4, 2, 1}},
    {1, 3, 5, 7, 9, {4, 2, 1}}, {1, 1, 1, 2, 2, {4, 2, 1}},  {2, 17, 3, 5, 4, {1, 1, 0}}, {2, 4, 6, 7, 8, {3, 2, 1}},
};

Tensor random(at::IntArrayRef shape, at::ScalarType type) {
  return at::randn(shape).to(type).contiguous(at::MemoryFormat::ChannelsLast);
}

/// Relative to the largest entry; bfloat16 results are rounded to 8 bits.
double tolerance(at::ScalarType type) { return type == at::kFloat ? 1e-5 : type == at::kDouble ? 1e-13 : 8e-3; }

TEST_F(ConvKernelPasses, EveryForwardMethodMatchesTheDefinition) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kDouble}) {
    for (const Case& c : kCases) {
      const Tensor x = random({c.batch, c.channels, c.height, c.width}, type);
      const Tensor weight = random({c.outputs, c.channels, c.geometry.kernel, c.geometry.kernel}, type);
      const Tensor expected = testing::naive_conv(x, weight, c.geometry.stride, c.geometry.padding);
      for (const ConvMethod method : forward_methods(c.geometry, c.height, c.width)) {
        testing::expect_close(conv_forward(x, weight, Tensor(), c.geometry, method), expected, tolerance(type),
                              fmt::format("{} {}", name_of(method), toString(type)).c_str());
      }
    }
  }
}

/// Of input gradients: where the processor has no bfloat16, LibTorch rounds after every window that it adds to a pixel.
double adjoint_tolerance(at::ScalarType type) { return type == at::kBFloat16 ? 1.6e-2 : tolerance(type); }

TEST_F(ConvKernelPasses, EveryInputGradientMethodIsTheAdjoint) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kDouble}) {
    for (const Case& c : kCases) {
      const Tensor weight = random({c.outputs, c.channels, c.geometry.kernel, c.geometry.kernel}, type);
      const Tensor y_bar =
          random({c.batch, c.outputs, c.geometry.output_size(c.height), c.geometry.output_size(c.width)}, type);
      const Tensor expected =
          testing::naive_conv_adjoint(y_bar, weight, c.geometry.stride, c.geometry.padding, c.height, c.width);
      for (const ConvMethod method : input_gradient_methods(c.geometry, c.height, c.width)) {
        testing::expect_close(conv_input_gradient(y_bar, weight, c.geometry, c.height, c.width, method), expected,
                              adjoint_tolerance(type), fmt::format("{} {}", name_of(method), toString(type)).c_str());
      }
    }
  }
}

TEST_F(ConvKernelPasses, RejectsMethodsThatDoNotApply) {
  const Tensor x = at::randn({1, 2, 4, 4}), weight = at::randn({3, 2, 3, 3});
  testing::expect_error([&] { conv_forward(x, weight, Tensor(), {}, ConvMethod::space_to_depth); }, "does not apply");
  testing::expect_error([&] { conv_forward(x, weight, Tensor(), {}, ConvMethod::transposed); }, "for input gradients");
  testing::expect_error([&] { conv_forward(x, weight, Tensor(), {.kernel = 5}, ConvMethod::aten); }, "does not fit");
  testing::expect_error([&] { conv_input_gradient(x, weight, {}, 4, 4, ConvMethod::aten); }, "does not fit");
}

TEST_F(ConvKernelChoice, TimesEachShapeOnceAndSaysWhy) {
  ConvChoice choice;
  const ConvGeometry down{.kernel = 4, .stride = 2, .padding = 1};
  const Tensor x = random({16, 16, 16, 16}, at::kBFloat16), weight = random({16, 16, 4, 4}, at::kBFloat16);
  const Tensor y = choice.forward(x, weight, Tensor(), down);
  // Whichever method is the fastest here, LibTorch's too.
  const double bound = adjoint_tolerance(at::kBFloat16);
  testing::expect_close(y, testing::naive_conv(x, weight, 2, 1), bound);
  testing::expect_close(choice.input_gradient(y, weight, down, 16, 16),
                        testing::naive_conv_adjoint(y, weight, 2, 1, 16, 16), bound);
  const std::vector<ConvPair> pairs{{x, y}, {x, y}};
  const Tensor out = at::zeros({16, 16, 4, 4});
  choice.add_weight_gradient(pairs, down, out);
  testing::expect_close(out, 2 * testing::naive_weight_gradient(x, y, 4, 2, 1), bound);
  ASSERT_EQ(choice.decisions().size(), 3u);
  const auto timings = [&] {
    std::vector<double> all;
    for (const ConvDecision& decision : choice.decisions()) {
      for (const ConvTiming& timing : decision.timings) all.push_back(timing.seconds);
    }
    return all;
  };
  const std::vector<double> first = timings();
  EXPECT_EQ(first.size(), 2u + 3u + 3u);
  choice.forward(x, weight, Tensor(), down);
  choice.add_weight_gradient(pairs, down, out);
  EXPECT_EQ(timings(), first);
  choice.forward(x.narrow(0, 0, 8), weight, Tensor(), down);
  EXPECT_EQ(choice.decisions().size(), 4u);
  for (const ConvDecision& decision : choice.decisions()) {
    const auto faster = [](const ConvTiming& a, const ConvTiming& b) { return a.seconds < b.seconds; };
    const auto best = std::min_element(decision.timings.begin(), decision.timings.end(), faster);
    ASSERT_NE(best, decision.timings.end());
    EXPECT_EQ(decision.chosen, best->method);
  }
  EXPECT_NE(choice.describe().find("weight gradient: 32 x 16 -> 16, 16x16, kernel 4, stride 2, padding 1, BFloat16"),
            std::string::npos)
      << choice.describe();
}

TEST_F(ConvKernelChoice, IsTheSameInEveryProcess) {
  const testing::TempDir folder;
  const ChoiceFile file(folder.path() / "cache" / "methods.json");
  const ConvGeometry one{.kernel = 1, .stride = 1, .padding = 0};
  const Tensor x = random({64, 16, 8, 8}, at::kFloat), weight = random({32, 16, 1, 1}, at::kFloat);
  ConvChoice first(file);
  first.forward(x, weight, Tensor(), one);
  ASSERT_EQ(first.chosen().size(), 1u);
  const auto [key, method] = *first.chosen().begin();
  EXPECT_EQ(file.read().at(key), method);
  const std::string other = method == "aten" ? "matrix product" : "aten";
  EXPECT_EQ(file.settle(key, other), method) << "the first to write decides";

  ConvChoice second(file);
  second.forward(x, weight, Tensor(), one);
  EXPECT_EQ(second.chosen(), first.chosen());
  EXPECT_TRUE(second.decisions()[0].timings.empty()) << "measured again";
  second.adopt({{key, other}});
  second.forward(x, weight, Tensor(), one);
  EXPECT_EQ(second.chosen().at(key), other);

  write_file_atomically(file.path(), "{\"machine\": \"another\", \"methods\": {\"a\": \"b\"}}");
  EXPECT_TRUE(file.read().empty());
  write_file_atomically(file.path(), "{damaged");
  EXPECT_TRUE(file.read().empty());
  EXPECT_EQ(ChoiceFile("/proc/none/methods.json").settle(key, method), method);
}

TEST_F(ConvKernelChoice, SmallWorkIsNotMeasured) {
  ConvChoice choice;
  const Tensor x = random({2, 4, 8, 8}, at::kFloat), y = random({2, 4, 8, 8}, at::kFloat);
  const Tensor out = at::zeros({4, 4, 3, 3});
  choice.add_weight_gradient(std::vector<ConvPair>{{x, y}}, {}, out);
  testing::expect_close(out, testing::naive_weight_gradient(x, y, 3, 1, 1), 1e-5);
  EXPECT_TRUE(choice.decisions().empty());
}

}  // namespace
}  // namespace mdsm
