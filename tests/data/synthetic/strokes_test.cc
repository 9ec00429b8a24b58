#include "mdsm/data/synthetic/strokes.h"

#include <gtest/gtest.h>

#include <numeric>

#include "mdsm/data/synthetic/pen.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/mnist.h"

namespace mdsm {
namespace {

std::vector<int64_t> first(int64_t count) {
  std::vector<int64_t> indices(static_cast<size_t>(count));
  std::iota(indices.begin(), indices.end(), int64_t{0});
  return indices;
}

TEST(Strokes, ImagesAreInRangeAndQuantised) {
  const StrokeSource source(Split::train);
  const Tensor images = source.read(first(200));
  EXPECT_EQ(images.sizes(), at::IntArrayRef({200, 1, 28, 28}));
  EXPECT_EQ(images.scalar_type(), at::kFloat);
  EXPECT_EQ(images.min().item<float>(), 0.0F);
  EXPECT_LE(images.max().item<float>(), 1.0F);
  EXPECT_LT((images * 255 - (images * 255).round()).abs().max().item<float>(), 1e-4F);
  // Ink is bright in every image, and none is cut by the image's edge.
  EXPECT_GT(images.amax({1, 2, 3}).min().item<float>(), 0.8F);
  const Tensor inner = images.narrow(2, 1, 26).narrow(3, 1, 26);
  EXPECT_LT((images.sum({1, 2, 3}) - inner.sum({1, 2, 3})).max().item<float>(), 0.3F);
}

TEST(Strokes, ADatumDependsOnItsIndexAndSplit) {
  const StrokeSource train(Split::train);
  const StrokeSource test(Split::test);
  const Tensor images = train.read(first(20));
  const std::vector<int64_t> some{7, 3, 7};
  EXPECT_TRUE(at::equal(train.read(some), at::stack({images[7], images[3], images[7]})));
  const Tensor others = test.read(first(20));
  for (int64_t i = 0; i < 20; ++i) EXPECT_GT((images[i] - others[i]).norm().item<float>(), 1.0F);
  // Indices whose low or high halves agree are still different data.
  const std::vector<int64_t> far{5, 5 + (int64_t{1} << 32), Source::kEndless - 1};
  const Tensor distant = train.read(far);
  EXPECT_TRUE(at::equal(distant[0], images[5]));
  EXPECT_GT((distant[1] - distant[0]).norm().item<float>(), 1.0F);
  testing::expect_error([&] { train.read(std::vector<int64_t>{-1}); }, "index -1");
  testing::expect_error([&] { train.labels(std::vector<int64_t>{-1}); }, "index -1");
}

// Counts of the ten digits against a chi-square of 9 degrees; 45.1 is its 1 - 1e-6 quantile (rounded up).
TEST(Strokes, DigitsAreEquallyFrequent) {
  const StrokeSource source(Split::train);
  const Tensor counts = at::bincount(source.labels(first(10000)), {}, 10).to(at::kDouble);
  EXPECT_LT(((counts - 1000).pow(2) / 1000).sum().item<double>(), 45.1);
  EXPECT_EQ(source.info().classes.size(), 10U);
  EXPECT_EQ(source.info().classes[7], "7");
}

/// Row i: the label of the nearest reference image of query i.
Tensor nearest_labels(const Tensor& queries, const Tensor& references, const Tensor& labels) {
  const Tensor x = queries.flatten(1);
  const Tensor y = references.flatten(1);
  const Tensor distances = y.pow(2).sum(1).unsqueeze(0) - 2 * x.mm(y.t());
  return labels.index({distances.argmin(1)});
}

// Handwriting: real digits are read by their nearest neighbour among generated ones, and the other way round.
TEST(Strokes, AreReadLikeMnist) {
  const StrokeSource source(Split::train);
  const Tensor strokes = source.read(first(6000));
  const Tensor labels = source.labels(first(6000));
  const Tensor real = testing::mnist_test_images();
  const Tensor real_labels = testing::mnist_test_labels();
  const auto share = [](const Tensor& found, const Tensor& truth) {
    return (found == truth).to(at::kDouble).mean().item<double>();
  };
  const double forth = share(nearest_labels(real.narrow(0, 0, 2000), strokes, labels), real_labels.narrow(0, 0, 2000));
  const double back = share(nearest_labels(strokes.narrow(0, 0, 2000), real, real_labels), labels.narrow(0, 0, 2000));
  RecordProperty("mnist_read_by_strokes", fmt::format("{}", forth));
  RecordProperty("strokes_read_by_mnist", fmt::format("{}", back));
  EXPECT_GT(forth, 0.78);  // 0.1 would be chance
  EXPECT_GT(back, 0.8);
  // Ink, spread and variety of the real ones.
  EXPECT_NEAR(strokes.mean().item<double>(), real.mean().item<double>(), 0.03);
  EXPECT_NEAR(strokes.var(0).sum().item<double>(), real.var(0).sum().item<double>(), 15);
}

TEST(Pen, PathPassesTheKnotsSmoothlyButForCorners) {
  const PenStroke stroke{{0, 0}, {1, 2}, {3, 1, true}, {4, 4}, {6, 5}};
  const std::vector<Knot> path = smooth_path(stroke, 50);
  ASSERT_EQ(path.size(), 201U);
  const auto turn_at = [&](size_t i) {
    const double before = std::atan2(path[i].y - path[i - 1].y, path[i].x - path[i - 1].x);
    const double after = std::atan2(path[i + 1].y - path[i].y, path[i + 1].x - path[i].x);
    return std::abs(after - before);
  };
  for (size_t i = 0; i < stroke.size(); ++i) {
    EXPECT_NEAR(path[50 * i].x, stroke[i].x, 1e-12);
    EXPECT_NEAR(path[50 * i].y, stroke[i].y, 1e-12);
  }
  EXPECT_LT(turn_at(50), 0.1);
  EXPECT_GT(turn_at(100), 0.5);
  EXPECT_LT(turn_at(150), 0.1);
  EXPECT_TRUE(smooth_path({}, 4).empty());
}

TEST(Pen, InkOfABarIsItsArea) {
  constexpr int kSide = 40;
  std::vector<float> image(kSide * kSide);
  draw_ink(std::vector<InkLine>{{{10, 20.3, 3}, {30, 20.3, 3}}}, 0.5, kSide, image);
  const Tensor ink = at::from_blob(image.data(), {kSide, kSide}, at::kFloat);
  // A column in the middle: width 6, blurred symmetrically. The whole: the bar and two half discs.
  EXPECT_NEAR(ink.select(1, 20).sum().item<double>(), 6, 0.01);
  EXPECT_NEAR(ink.sum().item<double>(), 6 * 20 + std::numbers::pi * 9, 1.5);
  EXPECT_GT(ink[20][20].item<float>(), 0.999F);
  EXPECT_EQ(ink[5][20].item<float>(), 0.0F);
  // The edge at y = 17.3 is anti-aliased: Phi(-0.2/0.5) above it (centre of row 16 at 16.5: distance 0.8).
  EXPECT_NEAR(ink[16][20].item<double>(), std::erfc(0.8 / 0.5 / std::numbers::sqrt2) / 2, 1e-5);
  // The cap on the left: (6.5, 20.5) is 3.506 from the end at (10, 20.3), and so is (33.5, 20.5) from the other.
  const double cap = std::erfc((std::hypot(3.5, 0.2) - 3) / 0.5 / std::numbers::sqrt2) / 2;
  EXPECT_NEAR(ink[20][6].item<double>(), cap, 1e-5);
  EXPECT_NEAR(ink[20][33].item<double>(), cap, 1e-5);
  // Lines that leave the image are cut, not wrapped.
  draw_ink(std::vector<InkLine>{{{-5, -5, 2}, {45, -5, 2}}}, 0.5, kSide, image);
  EXPECT_EQ(ink.sum().item<float>(), 0.0F);
}

}  // namespace
}  // namespace mdsm
