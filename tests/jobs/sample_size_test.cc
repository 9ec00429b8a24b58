#include "mdsm/jobs/sample_size.h"

#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/sample/draw.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::trained_on_patches;

SampleOptions quick() {
  SampleOptions options;
  options.steps = 3;
  options.start = "noise";
  return options;
}

Tensor drawn(const TrainedEnergy& trained, const SampleOptions& options, const std::string& size,
             const std::vector<uint64_t>& seeds) {
  const SizedSampling sized = size.empty() ? SizedSampling{trained, options} : at_size(trained, options, size);
  return draw_samples(*sized.trained.energy, sized.options, sized.trained.sample_context(), seeds).samples;
}

TEST(SampleSize, ThePatchesOwnSizeIsWhatIsDrawnWithoutOne) {
  const TrainedEnergy trained = trained_on_patches();
  EXPECT_TRUE(at::equal(drawn(trained, quick(), "16x16", {4, 5}), drawn(trained, quick(), "", {4, 5})));
}

TEST(SampleSize, AnotherSizeIsAFunctionOfTheSeed) {
  const TrainedEnergy trained = trained_on_patches();
  const Tensor two = drawn(trained, quick(), "20x37", {4, 5});
  EXPECT_EQ(two.sizes(), at::IntArrayRef({2, 1, 20, 37}));
  EXPECT_TRUE(two.isfinite().all().item<bool>());
  EXPECT_TRUE(at::equal(drawn(trained, quick(), "20x37", {5})[0], two[1]));
  EXPECT_FALSE(at::equal(two[0], two[1]));
}

TEST(SampleSize, ChainsBeginWithNoiseWhereTheMomentsAreThePatches) {
  const TrainedEnergy trained = trained_on_patches();
  SampleOptions options = quick();
  options.start = "default";
  EXPECT_EQ(at_size(trained, options, "16x16").options.start, "default");
  EXPECT_EQ(at_size(trained, options, "17x16").options.start, "noise");
  options.start = "uniform";
  EXPECT_EQ(at_size(trained, options, "17x16").options.start, "uniform");
  options.start = "gaussian";
  expect_error([&] { at_size(trained, options, "17x16"); }, "the training's patches, which are 16 x 16");
}

TEST(SampleSize, WhatIsNoSizeIsAnError) {
  const TrainedEnergy trained = trained_on_patches();
  for (const char* text : {"", "12", "12x", "x12", "0x4", "12x-3", "12 x 3", "1x2x3", "9000x2"})
    expect_error([&] { at_size(trained, quick(), text); }, "expected HEIGHTxWIDTH");
  TrainedEnergy fixed = trained_on_patches();
  fixed.experiment.data.patch = 0;
  expect_error([&] { at_size(fixed, quick(), "20x20"); }, "(this energy takes (1, 16, 16) alone)");
}

}  // namespace
}  // namespace mdsm
