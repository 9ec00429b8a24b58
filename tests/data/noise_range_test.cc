#include "mdsm/data/noise_range.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "mdsm/data/subset.h"
#include "mdsm/data/synthetic.h"
#include "support/expect_error.h"
#include "support/mnist.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using ::testing::HasSubstr;
using testing::TensorSource;

TEST(NoiseRange, TwoPointsByHand) {
  const SuggestedNoise range = suggest_noise_range(TensorSource(at::tensor({-3.0F, -4.0F, 3.0F, 4.0F}).view({2, 2})));
  EXPECT_EQ(range.data, 2);
  EXPECT_EQ(range.dimension, 2);
  EXPECT_NEAR(range.start_distance, 5, 1e-6);  // from the mean
  EXPECT_EQ(range.pixel_step, 0);
  EXPECT_NEAR(range.sigma_max, 10 / std::sqrt(2), 1e-6);
  EXPECT_NEAR(range.sigma_min, 10 / (2 * std::sqrt(2)), 1e-6);
  EXPECT_EQ(range.levels, 2);  // a factor 2, and shells touch up to a factor (2 + 1)/(2 - 1)
}

// N(0, I), d = 200: |x - y| is sqrt(2d) to within 1/sqrt(d), so that R/(2d)^(1/4) = (2d)^(1/4) = 4.47 decides.
TEST(NoiseRange, GaussianCloud) {
  const Tensor x = RandomRows::slots(3, Stream::data, 0, 1000).normal(0, {200});
  const SuggestedNoise range = suggest_noise_range(TensorSource(x));
  EXPECT_NEAR(range.sigma_max, std::pow(400, 0.25), 0.02);
  EXPECT_NEAR(range.start_distance, std::sqrt(200.0), 0.2);
  EXPECT_NEAR(range.sigma_min, range.distances.nearest[1] / (2 * std::sqrt(200.0)), 1e-12);
}

/// Images of `side` x `side` whose pixels are these numbers.
Tensor images(const Tensor& rows, int64_t side) { return rows.reshape({-1, 1, side, side}).to(at::kFloat); }

// Images far from mid-grey but near each other: where chains start decides.
TEST(NoiseRange, ChainsOnImagesStartAtMidGrey) {
  const Tensor x = images(RandomRows::slots(4, Stream::data, 0, 300).uniform(0, {64}) * 0.1, 8);
  const SuggestedNoise range = suggest_noise_range(TensorSource(x));
  EXPECT_NEAR(range.start_distance, 0.45 * 8, 0.02);
  EXPECT_NEAR(range.sigma_max, range.start_distance / std::pow(128, 0.25), 1e-12);
  EXPECT_EQ(range.pixel_step, 0);
  EXPECT_THAT(range.reason, HasSubstr("mid-grey"));
}

TEST(NoiseRange, TheFarthestPairIsReached) {
  Tensor x = RandomRows::slots(4, Stream::data, 0, 300).uniform(0, {64});
  x[0] += 100.0F;
  const SuggestedNoise range = suggest_noise_range(TensorSource(x));
  EXPECT_NEAR(range.sigma_max, range.distances.largest / 8, 1e-12);
  EXPECT_GT(range.sigma_max, 99);
}

TEST(NoiseRange, StepsOfPixelsBoundSigmaMin) {
  // Steps of 1/255 in one pixel of 64: half the gap over sqrt(64) is far below the step.
  Tensor levels = at::zeros({50, 64});
  levels.select(1, 0) = at::arange(50) / 255.0;
  const SuggestedNoise range = suggest_noise_range(TensorSource(images(levels, 8)));
  EXPECT_DOUBLE_EQ(range.pixel_step, 1 / 255.0);
  EXPECT_DOUBLE_EQ(range.sigma_min, 1 / 255.0);
  EXPECT_THAT(range.reason, HasSubstr("8-bit"));
  const SuggestedNoise vectors = suggest_noise_range(TensorSource(levels));
  EXPECT_NEAR(vectors.sigma_min, 1 / 255.0 / 16, 1e-7);
  // Two images of one pixel, a step apart: the range stays a range.
  const SuggestedNoise tight = suggest_noise_range(TensorSource(images(at::tensor({127.0F, 128.0F}) / 255.0, 1)));
  EXPECT_DOUBLE_EQ(tight.sigma_min, tight.sigma_max / 2);
}

// Shells of neighbouring levels, sqrt(d) sigma -+ sigma/sqrt(2), touch; with one level fewer they leave gaps.
TEST(NoiseRange, LevelsMakeShellsTouch) {
  for (const int64_t d : {1, 2, 784, 3072}) {
    const double low = 0.05;
    const double high = 1.2;
    const auto gap = [&](int64_t levels) {
      const double ratio = std::pow(high / low, 1 / static_cast<double>(levels - 1));
      const double root = std::sqrt(static_cast<double>(d));
      return ratio * (root - std::sqrt(0.5)) - (root + std::sqrt(0.5));
    };
    const int64_t levels = touching_levels(low, high, d);
    EXPECT_LE(gap(levels), 1e-9) << d;
    if (levels > 2) {
      EXPECT_GT(gap(levels - 1), 0) << d;
    }
  }
  EXPECT_EQ(touching_levels(0.1, 3, 1024), 78);
  EXPECT_EQ(touching_levels(0.05, 1.2, 3072), 126);
  EXPECT_EQ(touching_levels(1, 1.0001, 2), 2);
  testing::expect_error([] { touching_levels(1, 1, 2); }, "sigma_min < sigma_max");
  testing::expect_error([] { touching_levels(0, 1, 2); }, "sigma_min 0");
}

TEST(NoiseRange, TheSeedPicksTheData) {
  const TensorSource source(RandomRows::slots(5, Stream::data, 0, 1000).normal(0, {3}));
  NoiseRangeOptions options{.data = 100, .seed = 1};
  const SuggestedNoise range = suggest_noise_range(source, options);
  EXPECT_EQ(range.data, 100);
  EXPECT_EQ(suggest_noise_range(source, options).sigma_min, range.sigma_min);
  options.seed = 2;
  EXPECT_NE(suggest_noise_range(source, options).sigma_min, range.sigma_min);
  const auto endless = synthetic_source("ring", Split::train);
  EXPECT_EQ(suggest_noise_range(*endless, options).data, 100);
}

/// Notes which indices are read.
class WatchedSource final : public Source {
 public:
  explicit WatchedSource(int64_t size) : size_(size) {}
  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return size_; }
  Tensor read(std::span<const int64_t> indices) const override {
    seen.assign(indices.begin(), indices.end());
    return RandomRows::slots(6, Stream::data, 0, static_cast<int64_t>(indices.size())).normal(0, {2});
  }
  Tensor labels(std::span<const int64_t> indices) const override {
    return at::full({static_cast<int64_t>(indices.size())}, -1, at::kLong);
  }
  mutable std::vector<int64_t> seen;

 private:
  SourceInfo info_{"watched", Split::train, {2}, {}};
  int64_t size_;
};

// Sets sorted by class are common: the data are those of subset_of.
TEST(NoiseRange, DataComeFromEverywhere) {
  for (const int64_t size : {int64_t{7}, int64_t{1003}, Source::kEndless}) {
    const WatchedSource source(size);
    suggest_noise_range(source, {.data = 100, .seed = 3});
    EXPECT_EQ(source.seen, subset_of(source, std::min<int64_t>(size, 100), 3));
  }
}

TEST(NoiseRange, TheReasonNamesEveryFigure) {
  const SuggestedNoise range =
      suggest_noise_range(TensorSource(at::tensor({0.0F, 1.0F, 1.0F, 3.0F, 7.0F}).view({5, 1})));
  EXPECT_EQ(range.distances.repeated, 2);
  for (const char* part : {"5 data of tensor, d = 1", "7 at most", "2 of them have an exact copy", "the data's mean",
                           "sigma_max = 7,", "sigma_min = 0.5\n", "levels = 3"}) {
    EXPECT_THAT(range.reason, HasSubstr(part));
  }
}

TEST(NoiseRange, BadRequests) {
  const TensorSource source(at::rand({10, 2}));
  testing::expect_error([&] { suggest_noise_range(source, {.data = 1}); }, "data is 1");
  testing::expect_error([&] { suggest_noise_range(source, {.seed = -1}); }, "seed is -1");
  testing::expect_error([&] { suggest_noise_range(TensorSource(at::rand({1, 2}))); }, "has 1 data");
  testing::expect_error([&] { suggest_noise_range(TensorSource(at::zeros({9, 2}))); }, "all 9 data are equal");
}

// The paper trains MNIST, padded to 32 x 32, with sigma from 0.1 to 3.
TEST(NoiseRange, MnistIsWithinAFactorOfTwoOfThePaper) {
  const Tensor real = testing::mnist_test_images();
  for (const int64_t padding : {0, 2}) {
    const SuggestedNoise range = suggest_noise_range(
        TensorSource(at::constant_pad_nd(real, {padding, padding, padding, padding})), {.data = 1000});
    SCOPED_TRACE(range.reason);
    EXPECT_GT(range.sigma_min, 0.1 / 2);
    EXPECT_LT(range.sigma_min, 0.1 * 2);
    EXPECT_GT(range.sigma_max, 3.0 / 2);
    EXPECT_LT(range.sigma_max, 3.0 * 2);
    EXPECT_DOUBLE_EQ(range.pixel_step, 1 / 255.0);
    EXPECT_GT(range.levels, 50);
    EXPECT_LT(range.levels, 128);
  }
}

}  // namespace
}  // namespace mdsm
