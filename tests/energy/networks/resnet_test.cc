#include "mdsm/energy/networks/resnet.h"

#include "mdsm/energy/autograd_energy.h"
#include "mdsm/energy/graph_energy.h"
#include "mdsm/engine/layers.h"
#include "support/check_energy.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::test_normal;

GraphEnergy energy_of(const ResNetSpec& spec, at::ScalarType type = at::kDouble) {
  return GraphEnergy(resnet_graph(spec), resnet_parameters(spec, 5).clone(type), {.arithmetic = type});
}

// --- The same network from other calls: convolutions as sums over shifts, pools as sums of strided slices. ---

Tensor naive_convolution(const Tensor& x, const Parameters& theta, const std::string& name) {
  const Tensor& weight = theta.at(name + ".weight");
  const int64_t margin = weight.size(2) / 2;
  const Tensor padded = at::constant_pad_nd(x, {margin, margin, margin, margin});
  Tensor y = at::zeros({x.size(0), weight.size(0), x.size(2), x.size(3)}, x.options());
  for (int64_t row = 0; row < weight.size(2); ++row) {
    for (int64_t column = 0; column < weight.size(3); ++column) {
      const Tensor shifted = padded.narrow(2, row, x.size(2)).narrow(3, column, x.size(3));
      y = y + at::einsum("bchw,oc->bohw", {shifted, weight.select(3, column).select(2, row)});
    }
  }
  return theta.contains(name + ".bias") ? y + theta.at(name + ".bias").reshape({1, -1, 1, 1}) : y;
}

Tensor naive_pool(const Tensor& x) {
  const Tensor even_rows = x.slice(2, 0, std::nullopt, 2);
  const Tensor odd_rows = x.slice(2, 1, std::nullopt, 2);
  const Tensor rows = even_rows + odd_rows;
  return (rows.slice(3, 0, std::nullopt, 2) + rows.slice(3, 1, std::nullopt, 2)) / 4;
}

Tensor naive_elu(const Tensor& z) { return at::where(z > 0, z, z.clamp_max(0).exp() - 1); }

Tensor naive_energy(const std::vector<std::string>& blocks, Head head, const Tensor& x, const Parameters& theta) {
  Tensor h = naive_convolution(x, theta, "stem");
  for (size_t i = 0; i < blocks.size(); ++i) {
    const std::string name = "blocks." + std::to_string(i);
    Tensor branch = naive_convolution(naive_elu(h), theta, name + ".conv_a");
    branch = naive_convolution(naive_elu(branch), theta, name + ".conv_b");
    const bool down = blocks[i] == "down";
    h = naive_convolution(down ? naive_pool(h) : h, theta, name + ".skip") + (down ? naive_pool(branch) : branch);
  }
  const Tensor features = h.contiguous().view({x.size(0), -1});
  const auto form = [&](const Tensor& f, const std::string& name) {
    return (f * theta.at(name + ".weight")).sum(1) + theta.at(name + ".bias");
  };
  if (head == Head::linear) return form(naive_elu(features), "head.w");
  return form(features, "head.a") * form(features, "head.c") + form(features * features, "head.d");
}

struct Case {
  ResNetSpec spec;
  std::vector<std::string> blocks;
};

const std::vector<Case>& cases() {
  static const std::string d = "down";
  static const std::string p = "plain";
  static const std::vector<Case> list{
      {{{1, 8, 8}, 2, 6}, {d, d, d}},
      {{{1, 8, 16}, 2, 12}, {d, p, d, p, d, p}},
      {{{2, 8, 8}, 3, 12, Head::linear}, {d, p, d, p, d, p}},
      {{{3, 8, 8}, 2, 18}, {d, p, p, d, p, p, d, p, p}},
      {{{1, 16, 16}, 1, 34}, {d, p, p, d, p, p, p, d, p, p, p, p, p, d, p, p}},
  };
  return list;
}

TEST(ResNet, AgreesWithNaiveReference) {
  for (const auto& [spec, blocks] : cases()) {
    const GraphEnergy energy = energy_of(spec);
    const AutogradEnergy naive(
        [&](const Tensor& x, const Parameters& theta) { return naive_energy(blocks, spec.head, x, theta); },
        energy.parameters(), spec.image);
    const Tensor x = test_normal(3, spec.image);
    const Tensor v = test_normal(3, spec.image, 1);
    Gradients expected = Gradients::zeros_like(energy.parameters());
    Gradients actual = Gradients::zeros_like(energy.parameters());
    naive.linearize(x)->pull_back(v, expected);
    energy.linearize(x)->pull_back(v, actual);
    SCOPED_TRACE(spec.depth);
    expect_close(energy.value(x), naive.value(x), 1e-12, "value");
    expect_close(energy.gradient(x), naive.gradient(x), 1e-11, "gradient");
    expect_close(actual.flat(), expected.flat(), 1e-11, "pull_back");
  }
}

TEST(ResNet, ChecksAgainstDifferences) {
  const ResNetSpec smooth{{1, 8, 8}, 2, 12, Head::quadratic, "silu"};
  testing::check_energy(energy_of(smooth), test_normal(2, smooth.image), {.entries = 3});
  const ResNetSpec paper{{2, 8, 8}, 2, 6};
  testing::check_energy(energy_of(paper), test_normal(1, paper.image), {.tolerance = 1e-6, .entries = 3});
}

TEST(ResNet, ParameterCountsOfThePaper) {
  const auto millions = [](const ResNetSpec& spec) {
    return static_cast<double>(scalar_count(parameter_shapes_of(resnet_graph(spec)))) / 1e6;
  };
  EXPECT_NEAR(millions({{1, 32, 32}, 64, 12}), 9.06, 0.005);
  EXPECT_NEAR(millions({{3, 32, 32}, 128, 18}), 62.3, 0.05);
}

TEST(ResNet, NamesAndLayoutsOfPyTorch) {
  const Parameters theta = resnet_parameters({{3, 32, 32}, 4, 12}, 0);
  const auto expect_shape = [&](const char* name, const Shape& shape) {
    EXPECT_EQ(theta.at(name).sizes(), shape) << name;
  };
  expect_shape("stem.weight", {4, 3, 3, 3});
  expect_shape("stem.bias", {4});
  expect_shape("blocks.0.conv_a.weight", {4, 4, 3, 3});
  expect_shape("blocks.0.conv_b.weight", {8, 4, 3, 3});
  expect_shape("blocks.0.conv_b.bias", {8});
  expect_shape("blocks.0.skip.weight", {8, 4, 1, 1});
  expect_shape("blocks.0.skip.bias", {8});
  expect_shape("blocks.5.conv_b.weight", {32, 32, 3, 3});
  for (const char* form : {"head.a", "head.c", "head.d"}) {
    expect_shape(fmt::format("{}.weight", form).c_str(), {1, 32 * 4 * 4});
    expect_shape(fmt::format("{}.bias", form).c_str(), {1});
  }
  EXPECT_FALSE(theta.contains("blocks.0.conv_a.bias"));
  EXPECT_EQ(theta.size(), 2U + 6U * 5U + 6U);
  const Parameters linear = resnet_parameters({{3, 32, 32}, 4, 12, Head::linear}, 0);
  EXPECT_EQ(linear.at("head.w.weight").sizes(), Shape({1, 32 * 4 * 4}));
  EXPECT_EQ(linear.size(), 2U + 6U * 5U + 2U);
}

// Checkpoints, training states and the draw of first weights count parameters in this order.
TEST(ResNet, OrderOfParametersIsFixed) {
  const Parameters theta = resnet_parameters({{1, 8, 8}, 2, 6}, 0);
  const std::vector<std::string> block{"conv_a.weight", "conv_b.weight", "conv_b.bias", "skip.weight", "skip.bias"};
  std::vector<std::string> expected{"stem.weight", "stem.bias"};
  for (int i = 0; i < 3; ++i) {
    for (const std::string& name : block) expected.push_back(fmt::format("blocks.{}.{}", i, name));
  }
  for (const char* form : {"a", "c", "d"}) {
    expected.push_back(fmt::format("head.{}.weight", form));
    expected.push_back(fmt::format("head.{}.bias", form));
  }
  ASSERT_EQ(theta.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(theta.name(i), expected[i]);
}

TEST(ResNet, QuadraticHeadGrowsQuadratically) {
  const ResNetSpec quadratic{{1, 8, 8}, 4, 6};
  ResNetSpec linear = quadratic;
  linear.head = Head::linear;
  const Tensor far = 1e9 * test_normal(4, quadratic.image);
  const auto growth = [&](const GraphEnergy& energy) { return energy.value(2 * far) / energy.value(far); };
  expect_close(growth(energy_of(quadratic)), at::full({4}, 4.0, at::kDouble), 1e-3);
  expect_close(growth(energy_of(linear)), at::full({4}, 2.0, at::kDouble), 1e-3);
}

TEST(ResNet, MemoryFormatAndBatchDoNotMatter) {
  for (int64_t channels : {1, 3}) {
    const ResNetSpec spec{{channels, 16, 16}, 8, 12};
    const GraphEnergy energy = energy_of(spec, at::kFloat);
    const Tensor x = test_normal(4, spec.image, 0, at::kFloat);
    const Tensor gradient = energy.gradient(x);
    const Tensor last = x.clone(at::MemoryFormat::ChannelsLast);
    EXPECT_TRUE(at::equal(energy.gradient(last), gradient));
    EXPECT_TRUE(at::equal(energy.value(last), energy.value(x)));
    EXPECT_TRUE(at::equal(energy.gradient(x.transpose(2, 3).contiguous().transpose(2, 3)), gradient));
    expect_close(energy.gradient(x.narrow(0, 2, 1)), gradient.narrow(0, 2, 1), 1e-5);
  }
}

TEST(ResNet, RejectsWhatItCannotBuild) {
  const auto message = [](ResNetSpec spec, const char* part) {
    testing::expect_error([&] { resnet_parameters(spec, 0); }, part);
    testing::expect_error([&] { resnet_graph(spec); }, part);
  };
  message({{1, 28, 28}, 4, 12}, "28x28 do not divide by 8 (each down block halves them). Pad them to 32x32.");
  message({{1, 24, 32}, 4, 34}, "24x32 do not divide by 16 (each down block halves them). Pad them to 32x32.");
  message({{1, 32, 32}, 4, 50}, "depth 50 is unknown (known: 6, 12, 18, 34)");
  message({{2}, 4, 12}, "expected images (C, H, W)");
  message({{1, 32, 32}, 0, 12}, "width is 0");
}

}  // namespace
}  // namespace mdsm
