// The three feature networks on known answers.

#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include "mdsm/data/load.h"
#include "mdsm/data/memory_source.h"
#include "mdsm/evaluate/digit_network.h"
#include "mdsm/evaluate/inception.h"
#include "mdsm/evaluate/squeezenet.h"
#include "mdsm/evaluate/train_digits.h"
#include "mdsm/formats/safetensors.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/mnist.h"
#include "support/shared.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

TEST(Digits, TheShippedWeightsKnowTheTestImages) {
  const Tensor pixels = (testing::mnist_test_images() * 255).round().to(at::kByte);
  const DigitNetwork network = DigitNetwork::shipped();
  Tensors classes;
  for (const Tensor& part : pixels.split(1000)) classes.push_back(network.classify(part));
  const auto right = (at::cat(classes) == testing::mnist_test_labels()).sum().item<int64_t>();
  EXPECT_GE(right, 9920);
}

TEST(Digits, PaddedAndColouredImagesGiveTheSameFeatures) {
  const DigitNetwork network = DigitNetwork::shipped();
  const Tensor pixels = (testing::mnist_test_images().narrow(0, 0, 8) * 255).round().to(at::kByte);
  const Tensor features = network.run(pixels).features;
  EXPECT_EQ(features.sizes(), (Shape{8, kDigitFeatures}));
  const Tensor padded = at::constant_pad_nd(pixels, {2, 2, 2, 2}, 0);
  EXPECT_TRUE(at::equal(network.run(padded).features, features));
  EXPECT_TRUE(at::equal(network.run(padded.expand({8, 3, 32, 32}).contiguous()).features, features));
  expect_error([&] { network.require_images({1, 64, 64}); }, "Choose features squeezenet or inception");
}

TEST(Digits, TrainingIsAFunctionOfTheSeedAndLearns) {
  DataOptions data;
  const auto images = load_source(data, Split::test);
  const auto few = std::make_shared<SplitSource>(images, 600, SplitSource::Part::held_out);
  const DigitTraining options{.epochs = 3, .batch = 20, .average = 0.9, .seed = 5};
  std::vector<DigitEpoch> epochs;
  const DigitNetwork a = train_digits(*few, *few, options, [&](const DigitEpoch& at) { epochs.push_back(at); });
  const DigitNetwork b = train_digits(*few, *few, options);
  ASSERT_EQ(epochs.size(), 3U);
  EXPECT_GT(epochs.back().accuracy, 0.8);
  EXPECT_LT(epochs.back().loss, epochs.front().loss);
  const Tensor pixels = (testing::mnist_test_images().narrow(0, 0, 8) * 255).round().to(at::kByte);
  EXPECT_TRUE(at::equal(a.run(pixels).logits, b.run(pixels).logits));
  const testing::TempDir folder;
  a.write(folder / "a.safetensors", "test");
  EXPECT_TRUE(at::equal(DigitNetwork::read(folder / "a.safetensors").run(pixels).logits, a.run(pixels).logits));
  expect_error([&] { train_digits(*few, *few, options, nullptr, Watch(nullptr, [] { return true; })); },
               "interrupted (", Fault::interrupted);
}

// Features and logits of two photographs by the authors' own network, which come with the weights.
TEST(SqueezeNet, GivesTheReferenceOutput) {
  MDSM_NEEDS_SHARED("data/squeezenet/reference.safetensors");
  const SafeTensors reference = read_safetensors(testing::shared_path("data/squeezenet/reference.safetensors"));
  const SqueezeNet network = SqueezeNet::shipped(ResizeMode::tf);
  for (const std::string name : {"cat", "parrot"}) {
    const Tensor pixels = reference.at(name + ".image_rgb_hwc").permute({2, 0, 1}).unsqueeze(0).contiguous();
    const FeatureBatch found = network.run(pixels, FeatureOutputs::logits);
    expect_close(found.features[0], reference.at(name + ".fire9_mean"), 1e-4, "features");
    expect_close(found.logits[0], reference.at(name + ".logits"), 1e-4, "logits");
  }
}

/// A module with NVIDIA's interface and three features instead of 2048.
void write_nvidia_like(const std::filesystem::path& path) {
  torch::jit::Module layers("layers");
  layers.define("def forward(self, z):\n    return z.mean([2, 3])\n");
  torch::jit::Module whole("inception");
  whole.register_module("layers", layers);
  whole.define(
      "def forward(self, img, return_features: bool = False, use_fp16: bool = False, no_output_bias: bool = False):\n"
      "    f = self.layers.forward((img - 128) / 128)\n"
      "    if not no_output_bias:\n"
      "        f = f + 1000\n"
      "    return torch.softmax(f * 3, dim=1)\n");
  whole.save(path.string());
}

TEST(Inception, RunsNvidiasFile) {
  const testing::TempDir folder;
  write_nvidia_like(folder / "i.pt");
  const auto network = inception_network(folder / "i.pt", ResizeMode::tf);
  const Tensor pixels = at::tensor({64, 128, 192}, at::kByte).view({1, 3, 1, 1}).expand({2, 3, 8, 8}).contiguous();
  const Tensor features = network->run(pixels, FeatureOutputs::features).features;
  expect_close(features[1], at::tensor({-0.5F, 0.F, 0.5F}), 1e-5, "features");
  const Tensor logits = network->run(pixels, FeatureOutputs::logits).logits;
  expect_close(logits.softmax(1), (features * 3).softmax(1), 1e-5, "probabilities");
}

TEST(Inception, RunsAnyModuleAndSaysWhatIsMissing) {
  const testing::TempDir folder;
  torch::jit::Module module("m");
  module.define("def forward(self, z):\n    return z.mean([2, 3])\n");
  module.save((folder / "m.pt").string());
  const auto network = inception_network(folder / "m.pt", ResizeMode::pytorch);
  const Tensor pixels = at::full({2, 1, 8, 8}, 255, at::kByte);
  expect_close(network->run(pixels, FeatureOutputs::features).features, at::ones({2, 3}), 1e-5, "features");
  expect_error([&] { network->run(pixels, FeatureOutputs::logits); }, "gives no logits");
  expect_error([&] { inception_network(folder / "none.pt", ResizeMode::tf); }, "no such file");
  testing::write_bytes(folder / "bad.pt", "not a module");
  expect_error([&] { inception_network(folder / "bad.pt", ResizeMode::tf); }, "TorchScript cannot");
}

}  // namespace
}  // namespace mdsm
