#include "mdsm/energy/build.h"

#include <fstream>
#include <map>

#include "support/check_energy.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::test_normal;

EnergyOptions tiny(const std::string& kind) {
  EnergyOptions options;
  options.kind = kind;
  options.width = 4;
  options.depth = kind == "resnet" ? 6 : 2;
  return options;
}

TEST(BuildEnergy, EveryKindFromItsOptions) {
  for (const std::string& kind : energy_kinds()) {
    const Shape image{1, 8, 8};
    const auto energy = build_energy(tiny(kind), image, 3);
    EXPECT_EQ(energy->datum_shape(), image);
    testing::expect_consistent_calls(*energy, test_normal(2, image, 0, at::kFloat));
    EXPECT_EQ(energy->parameters().scalar_count(), energy_parameter_count(tiny(kind), image)) << kind;
    const auto same = build_energy(tiny(kind), image, 3);
    const auto other = build_energy(tiny(kind), image, 4);
    for (size_t i = 0; i < energy->parameters().size(); ++i) {
      EXPECT_TRUE(at::equal(energy->parameters()[i], same->parameters()[i]));
      EXPECT_FALSE(at::equal(energy->parameters()[i], other->parameters()[i]));
    }
  }
}

TEST(BuildEnergy, EveryOptionReachesTheNetwork) {
  const Shape image{1, 16, 16};
  const Tensor x = test_normal(2, image, 0, at::kFloat);
  for (const std::string& kind : energy_kinds()) {
    std::vector<EnergyOptions> variants(5, tiny(kind));
    variants[1].width = 6;
    variants[2].depth = kind == "resnet" ? 12 : 3;
    variants[3].head = "linear";
    variants[4].activation = "silu";
    std::vector<float> values;
    for (const EnergyOptions& variant : variants)
      values.push_back(build_energy(variant, image, 1)->value(x)[0].item<float>());
    std::sort(values.begin(), values.end());
    EXPECT_EQ(std::adjacent_find(values.begin(), values.end()), values.end()) << kind;
  }
}

TEST(BuildEnergy, OptionsAreVisitedByName) {
  EnergyOptions options;
  std::map<std::string, Limits> limits;
  options.visit([&](const char* name, auto&, const char* help, const Limits& allowed) {
    EXPECT_NE(std::string(help), "");
    limits[name] = allowed;
  });
  EXPECT_EQ(limits.size(), 5U);
  EXPECT_EQ(limits.at("kind").choices, (std::vector<std::string>{"resnet", "mlp"}));
  EXPECT_EQ(limits.at("head").choices, (std::vector<std::string>{"quadratic", "linear"}));
  EXPECT_EQ(limits.at("width").min, 1);
}

TEST(BuildEnergy, RejectsWhatItCannotBuild) {
  const auto message = [](auto change, const Shape& shape, const char* part) {
    EnergyOptions options;
    change(options);
    expect_error([&] { build_energy(options, shape, 0); }, part);
    expect_error([&] { energy_parameter_count(options, shape); }, part);
    expect_error([&] { estimate_training_memory(options, shape, 1); }, part);
  };
  const Shape image{1, 32, 32};
  message([](EnergyOptions& o) { o.kind = "resnt"; }, image, "Did you mean 'resnet'?");
  message([](EnergyOptions& o) { o.head = "linaer"; }, image, "Did you mean 'linear'?");
  message([](EnergyOptions& o) { o.width = 0; }, image, "width is 0");
  message([](EnergyOptions& o) { o.depth = 13; }, image, "depth 13 is unknown");
  message([](EnergyOptions& o) { o.depth = int64_t{1} << 40; }, image, "depth is 1099511627776");
  message([](EnergyOptions&) {}, {1, 28, 28}, "Pad them to 32x32");
  message([](EnergyOptions&) {}, {3}, "Use kind 'mlp' for vectors");
  // Sizes as a damaged file might hold them: rejected before anything is allocated or overflows.
  message([](EnergyOptions&) {}, {int64_t{1} << 40, int64_t{1} << 40, 8}, "at most 2^28");
  message([](EnergyOptions&) {}, {-1, 32, 32}, "sizes above 0");
  message([](EnergyOptions& o) { o.width = 4096; }, {1, 16384, 16384}, "parameters (at most 2^32)");
  expect_error([&] { estimate_training_memory({}, image, 0); }, "the batch is 0");
}

#if !defined(__SANITIZE_ADDRESS__)

int64_t status_bytes(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    if (word != key + ":") continue;
    int64_t kibibytes = 0;
    file >> kibibytes;
    return kibibytes * 1024;
  }
  return 0;
}

// The peak of a process that trains, in a process of its own as ctest runs it. Peaks vary by 6 % between runs and more
// between allocators and thread counts: 30 % is what the caller is promised.
TEST(SlowTrainingMemory, EstimateIsNearTheMeasuredPeak) {
  const Shape image{1, 32, 32};
  EnergyOptions options;
  options.width = 16;
  const int64_t before = status_bytes("VmRSS");
  if (before == 0) GTEST_SKIP() << "no /proc/self/status on this system";
  const auto energy = build_energy(options, image, 1);
  Parameters theta = energy->parameters();
  const Tensor flat = theta.pack();
  Gradients gradients = Gradients::zeros_like(theta);
  std::vector<Tensor> moments;
  for (int i = 0; i < 3; ++i) moments.push_back(at::ones_like(flat));
  const Tensor x = test_normal(128, image, 0, at::kFloat);
  for (int step = 0; step < 3; ++step) {
    const auto at = energy->linearize(x);
    at->pull_back(at->gradient() - x, gradients);
  }
  const auto measured = static_cast<double>(status_bytes("VmHWM") - before);
  const auto estimated = static_cast<double>(estimate_training_memory(options, image, 128));
  EXPECT_NEAR(measured / estimated, 1, 0.3) << measured / 1048576 << " MiB measured";
}

#endif

}  // namespace
}  // namespace mdsm
