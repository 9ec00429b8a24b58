#include "mdsm/energy/build.h"

#include <functional>
#include <map>

#include "mdsm/energy/autograd_energy.h"
#include "mdsm/energy/training_memory.h"

#include "support/check_energy.h"
#include "support/oracle_networks.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::test_normal;

EnergyOptions tiny(const std::string& kind) {
  EnergyOptions options;
  options.kind = kind;
  options.width = 4;
  options.depth = kind == "resnet" ? 6 : 2;
  options.multipliers = {1, 2};
  return options;
}

TEST(BuildEnergy, EveryKindFromItsOptions) {
  for (const std::string& kind : energy_kinds()) {
    const Shape image{1, 8, 8};
    const auto energy = build_energy(tiny(kind), image, 3);
    EXPECT_EQ(energy->datum_shape(), image);
    const auto exact = build_energy(tiny(kind), image, 3, {.precision = Precision::fp32});
    testing::expect_consistent_calls(*exact, test_normal(2, image, 0, at::kFloat));
    EXPECT_EQ(energy->parameters().scalar_count(), energy_parameter_count(tiny(kind), image)) << kind;
    const auto same = build_energy(tiny(kind), image, 3);
    const auto other = build_energy(tiny(kind), image, 4);
    for (size_t i = 0; i < energy->parameters().size(); ++i) {
      EXPECT_TRUE(at::equal(energy->parameters()[i], same->parameters()[i]));
      const bool zero = energy->parameters().name(i).ends_with("b.weight") && kind != "resnet";
      EXPECT_EQ(at::equal(energy->parameters()[i], other->parameters()[i]), zero);
    }
  }
}

using Change = std::function<void(EnergyOptions&)>;

TEST(BuildEnergy, EveryOptionReachesTheNetwork) {
  const Shape image{1, 16, 16};
  const Tensor x = test_normal(2, image, 0, at::kFloat);
  const Change width = [](EnergyOptions& o) { o.width = 6; };
  const Change depth = [](EnergyOptions& o) { o.depth = o.kind == "resnet" ? 12 : 3; };
  const Change linear = [](EnergyOptions& o) { o.head = "linear"; };
  const Change quadratic = [](EnergyOptions& o) { o.head = "quadratic"; };
  const Change silu = [](EnergyOptions& o) { o.activation = "silu"; };
  const Change elu = [](EnergyOptions& o) { o.activation = "elu"; };
  const Change multipliers = [](EnergyOptions& o) { o.multipliers = {1, 3}; };
  const Change levels = [](EnergyOptions& o) { o.multipliers = {1, 2, 2}; };
  const Change blocks = [](EnergyOptions& o) { o.blocks = 2; };
  const Change floor = [](EnergyOptions& o) { o.floor = 1; };
  const Change detail = [](EnergyOptions& o) { o.scale = "detail"; };
  const Change noise = [](EnergyOptions& o) { o.output = "noise"; };
  const std::map<std::string, std::vector<Change>> changes{
      {"resnet", {width, depth, linear, silu}},
      {"unet", {width, multipliers, levels, blocks, floor, detail, noise}},
      {"mlp", {width, depth, linear, quadratic, elu, floor}}};
  for (const std::string& kind : energy_kinds()) {
    std::vector<float> values{build_energy(tiny(kind), image, 1)->value(x)[0].item<float>()};
    for (const Change& change : changes.at(kind)) {
      EnergyOptions variant = tiny(kind);
      change(variant);
      values.push_back(build_energy(variant, image, 1)->value(x)[0].item<float>());
    }
    std::sort(values.begin(), values.end());
    EXPECT_EQ(std::adjacent_find(values.begin(), values.end()), values.end()) << kind;
  }
}

// The denoiser x - sigma0^2 grad E(x) of a denoising energy does not depend on sigma0.
TEST(BuildEnergy, Sigma0IsTheUnitOfADenoisingEnergy) {
  const Shape image{1, 8, 8};
  const Tensor x = test_normal(2, image, 0, at::kFloat);
  for (const char* kind : {"unet", "mlp"}) {
    const auto at_one = build_energy(tiny(kind), image, 1, {.sigma0 = 1, .precision = Precision::fp32});
    const auto at_tenth = build_energy(tiny(kind), image, 1, {.sigma0 = 0.1, .precision = Precision::fp32});
    testing::expect_close(at_tenth->value(x), 100 * at_one->value(x), 1e-6, kind);
    testing::expect_close(0.01 * at_tenth->gradient(x), at_one->gradient(x), 1e-6, kind);
    expect_error([&] { build_energy(tiny(kind), image, 1, {.sigma0 = 0}); }, "sigma0 is 0");
  }
}

// What build_energy gives is the network that autograd differentiates in the other tests.
TEST(BuildEnergy, RunsTheNetworksOfTheOracle) {
  const Shape image{1, 8, 8};
  const Tensor x = test_normal(2, image, 0, at::kFloat);
  const auto expect_same = [&](const EnergyOptions& options, const EnergyFunction& function) {
    const auto energy = build_energy(options, image, 1, {.sigma0 = 0.5, .precision = Precision::fp32});
    const AutogradEnergy oracle(function, energy->parameters(), image);
    testing::expect_close(energy->value(x), oracle.value(x), 1e-5, "value");
    testing::expect_close(energy->gradient(x), oracle.gradient(x), 1e-5, "gradient");
  };
  const ResNetSpec resnet{image, 4, 6};
  expect_same(tiny("resnet"),
              [=](const Tensor& y, const Parameters& p) { return testing::resnet_energy(resnet, y, p); });
  const MlpSpec mlp{image, 4, 2, Head::denoising, "silu", 0.1, 0.5};
  expect_same(tiny("mlp"), [=](const Tensor& y, const Parameters& p) { return testing::mlp_energy(mlp, y, p); });
}

TEST(BuildEnergy, PrecisionIsWhatWasAskedOrWhatIsFast) {
  const EnergyOptions unet = tiny("unet");
  EXPECT_EQ(resolved_precision(Precision::automatic, unet), has_fast_bfloat16() ? Precision::bf16 : Precision::fp32);
  EXPECT_EQ(resolved_precision(Precision::automatic, tiny("mlp")), Precision::fp32);
  EXPECT_EQ(resolved_precision(Precision::bf16, tiny("mlp")), Precision::bf16);
  const Shape image{1, 8, 8};
  const Tensor x = test_normal(2, image, 0, at::kFloat);
  const Tensor exact = build_energy(unet, image, 1, {.precision = Precision::fp32})->gradient(x);
  const Tensor rounded = build_energy(unet, image, 1, {.precision = Precision::bf16})->gradient(x);
  EXPECT_FALSE(at::equal(exact, rounded));
  testing::expect_close(rounded, exact, 0.05);
  expect_error([] { precision_from_name("bf61"); }, "Did you mean 'bf16'?");
  EXPECT_EQ(precision_from_name("auto"), Precision::automatic);
  EXPECT_EQ(precision_name(Precision::bf16), "bf16");
}

TEST(BuildEnergy, OptionsAreVisitedByName) {
  EnergyOptions options;
  std::map<std::string, Limits> limits;
  options.visit([&](const char* name, auto&, const char* help, const Limits& allowed) {
    EXPECT_NE(std::string(help), "");
    limits[name] = allowed;
  });
  EXPECT_EQ(limits.size(), 10U);
  EXPECT_EQ(limits.at("kind").choices, (std::vector<std::string>{"resnet", "unet", "mlp"}));
  EXPECT_EQ(limits.at("head").choices, (std::vector<std::string>{"auto", "quadratic", "linear", "denoising"}));
  EXPECT_EQ(limits.at("width").min, 1);
}

TEST(BuildEnergy, RejectsWhatItCannotBuild) {
  const auto message = [](auto change, const Shape& shape, const char* part) {
    EnergyOptions options;
    change(options);
    expect_error([&] { build_energy(options, shape, 0); }, part);
    expect_error([&] { energy_parameter_count(options, shape); }, part);
    expect_error([&] { estimate_training_memory(options, shape, 1, Precision::fp32); }, part);
  };
  const Shape image{1, 32, 32};
  message([](EnergyOptions& o) { o.kind = "resnt"; }, image, "Did you mean 'resnet'?");
  message([](EnergyOptions& o) { o.head = "linaer"; }, image, "Did you mean 'linear'?");
  message([](EnergyOptions& o) { o.width = 0; }, image, "width is 0");
  message([](EnergyOptions& o) { o.depth = 13; }, image, "depth 13 is unknown");
  message([](EnergyOptions& o) { o.depth = int64_t{1} << 40; }, image, "depth is 1099511627776");
  message([](EnergyOptions&) {}, {1, 28, 28}, "Pad them to 32x32");
  message([](EnergyOptions&) {}, {3}, "Use kind 'mlp' for vectors");
  message([](EnergyOptions&) {}, {}, "data of shape ()");
  message([](EnergyOptions& o) { o.head = "denoising"; }, image, "Use kind 'unet' or 'mlp'");
  const auto unet = [&](auto change, const Shape& shape, const char* part) {
    message([&](EnergyOptions& o) { (o.kind = "unet", change(o)); }, shape, part);
  };
  unet([](EnergyOptions&) {}, {3}, "Use kind 'mlp' for vectors");
  unet([](EnergyOptions& o) { o.multipliers = {}; }, image, "0 multipliers");
  unet([](EnergyOptions& o) { o.multipliers = {1, 65}; }, image, "a multiplier is 65 (1 to 64)");
  unet([](EnergyOptions& o) { o.blocks = 0; }, image, "0 blocks a level");
  unet([](EnergyOptions& o) { o.head = "linear"; }, image, "Leave energy.head at 'auto'");
  unet([](EnergyOptions& o) { o.activation = "elu"; }, image, "Leave energy.activation at 'auto'");
  // Sizes as a damaged file might hold them: rejected before anything is allocated or overflows.
  message([](EnergyOptions&) {}, {int64_t{1} << 40, int64_t{1} << 40, 8}, "at most 2^28");
  message([](EnergyOptions&) {}, {-1, 32, 32}, "sizes above 0");
  message([](EnergyOptions& o) { o.width = 4096; }, {1, 16384, 16384}, "parameters (at most 2^32)");
  expect_error([&] { estimate_training_memory({}, image, 0, Precision::fp32); }, "the batch is 0");
}

}  // namespace
}  // namespace mdsm
