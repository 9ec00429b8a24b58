// Passes over images that can be interrupted.

#include "mdsm/evaluate/feature_pass.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;

/// The mean pixel is the one feature.
class MeanPixel final : public FeatureNetwork {
 public:
  std::string name() const override { return "mean"; }
  std::string resize_mode() const override { return "none"; }
  bool takes_colour() const override { return false; }
  void require_images(at::IntArrayRef /*shape*/) const override {}
  FeatureBatch run(const Tensor& pixels, FeatureOutputs /*wanted*/) const override {
    return {pixels.to(at::kFloat).flatten(1).mean(1, true), {}};
  }
};

/// Image i is i everywhere, modulo 251; counts what was read.
MeasuredSet numbered(int64_t count, int64_t& read, const std::string& identity = "numbers") {
  return {"numbers", identity, count, {1, 2, 2}, [&read](int64_t first, int64_t part) {
            read += part;
            return (at::arange(first, first + part) % 251).to(at::kByte).view({-1, 1, 1, 1}).repeat({1, 1, 2, 2});
          }};
}

Tensor collected(const MeasuredSet& set, const FeaturePass& pass, const Watch& watch = {}) {
  Tensors parts;
  const auto keep = [&](const Tensor& part) { parts.push_back(part); };
  run_features(MeanPixel(), FeatureOutputs::features, set, pass, keep, watch);
  return at::cat(parts);
}

TEST(FeaturePass, MeasuresExactlyTheImagesAskedForInOrder) {
  int64_t read = 0;
  const Tensor features = collected(numbered(1300, read), {.batch = 37, .folder = {}, .label = "x"});
  EXPECT_EQ(read, 1300);
  EXPECT_TRUE(at::equal(features.squeeze(1), (at::arange(1300) % 251).to(at::kFloat)));
}

TEST(FeaturePass, GoesOnWhereItWasInterrupted) {
  const TempDir folder;
  int64_t read = 0;
  const FeaturePass pass{.folder = folder.path(), .label = "x"};
  const Watch stopping(nullptr, [&] { return read >= 1000; });
  expect_error([&] { collected(numbered(1300, read), pass, stopping); }, "measured 1024 of 1300", Fault::interrupted);
  EXPECT_EQ(read, 1024);
  const Tensor features = collected(numbered(1300, read), pass);
  EXPECT_EQ(read, 1300);
  EXPECT_TRUE(at::equal(features.squeeze(1), (at::arange(1300) % 251).to(at::kFloat)));
  // More of the same: only the part that was cut short is measured again.
  EXPECT_EQ(collected(numbered(1536, read), pass).size(0), 1536);
  EXPECT_EQ(read, 1300 + 512);
  expect_error([&] { collected(numbered(1300, read, "others"), pass); }, "it holds other features");
}

}  // namespace
}  // namespace mdsm
