#include "mdsm/data/transform.h"

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

Tensor ramp(at::IntArrayRef shape) {
  return at::arange(element_count(shape), at::kLong).mul(7).remainder(256).to(at::kByte).view(shape);
}

TEST(Transform, CropTakesTheMiddle) {
  const Tensor images = ramp({2, 3, 5, 8});
  EXPECT_TRUE(at::equal(centre_crop(images, 3), images.slice(2, 1, 4).slice(3, 2, 5)));
  EXPECT_TRUE(at::equal(centre_crop(images[0], 4), images[0].slice(1, 0, 4).slice(2, 2, 6)));
  expect_error([&] { centre_crop(images, 6); }, "data.crop");
}

// CelebA's crop of 140 out of 218 x 178 begins 39 pixels from the top and 19 from the left, as in the authors' code.
TEST(Transform, CropOfCelebA) {
  const Tensor image = at::zeros({1, 218, 178}, at::kByte);
  image[0][39][19] = 1;
  image[0][178][158] = 2;
  const Tensor crop = centre_crop(image, 140);
  EXPECT_EQ(crop[0][0][0].item<int>(), 1);
  EXPECT_EQ(crop[0][139][139].item<int>(), 2);
}

// 4 -> 2: the tent of half width 2 about the edge of pixels 0 and 1 weighs their centres by 3, 3 and the next by 1,
// of 7.
TEST(Transform, ResizeAveragesWhatLiesUnderTheTent) {
  const Tensor row =
      at::tensor({0, 70, 140, 210}, at::kLong).to(at::kByte).view({1, 1, 4}).expand({1, 4, 4}).contiguous();
  const Tensor small = resize(row, 2, 2);
  EXPECT_EQ(small[0][0][0].item<int>(), (3 * 0 + 3 * 70 + 1 * 140) / 7);
  EXPECT_EQ(small[0][0][1].item<int>(), (1 * 70 + 3 * 140 + 3 * 210) / 7);
  EXPECT_EQ(small.scalar_type(), at::kByte);
}

TEST(Transform, ResizeKeepsFlatImagesAndTheBatch) {
  for (int level : {0, 1, 127, 254, 255}) {
    EXPECT_TRUE(
        at::equal(resize(at::full({2, 3, 9, 7}, level, at::kByte), 4, 5), at::full({2, 3, 4, 5}, level, at::kByte)));
  }
  const Tensor images = ramp({3, 1, 12, 12});
  EXPECT_TRUE(at::equal(resize(images, 5, 5)[1], resize(images[1], 5, 5)));
  EXPECT_TRUE(at::equal(resize(images, 12, 12), images));
}

// Pillow's convert("L") gives these.
TEST(Transform, GreyIsTheLumaOf601) {
  const Tensor colours =
      at::tensor({255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 64}, at::kLong).to(at::kByte).view({3, 1, 4});
  const Tensor grey = to_channels(colours, 1);
  EXPECT_EQ(grey.sizes(), (Shape{1, 1, 4}));
  const std::vector<int> expected{76, 150, 29, 159};
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(grey[0][0][i].item<int>(), expected[static_cast<size_t>(i)]) << i;
}

TEST(Transform, GreyToColourAndBackIsNothing) {
  const Tensor grey = at::arange(256, at::kLong).to(at::kByte).view({1, 1, 16, 16});
  const Tensor colour = to_channels(grey, 3);
  EXPECT_EQ(colour.sizes(), (Shape{1, 3, 16, 16}));
  EXPECT_TRUE(at::equal(to_channels(colour, 1), grey));
  EXPECT_TRUE(at::equal(to_channels(colour, 3), colour));
  expect_error([&] { to_channels(ramp({1, 2, 4, 4}), 3); }, "2 channels");
}

TEST(Transform, PaddingPutsZerosAllAround) {
  const Tensor images = ramp({2, 1, 28, 28}).bitwise_or(1);
  const Tensor padded = pad_to(images, 32);
  EXPECT_TRUE(at::equal(padded.slice(2, 2, 30).slice(3, 2, 30), images));
  EXPECT_EQ(padded.ne(0).sum().item<int64_t>(), 2 * 28 * 28);
  EXPECT_TRUE(at::equal(pad_to(images, 31).slice(2, 1, 29).slice(3, 1, 29), images));
  expect_error([&] { pad_to(images, 27); }, "data.pad_to");
}

TEST(Transform, FlipMirrorsTheNamedRows) {
  const Tensor x = ramp({2, 3, 4, 5}).to(at::kFloat);
  const Tensor flipped = flip_rows(x, at::tensor({0, 1}, at::kByte).to(at::kBool));
  EXPECT_TRUE(at::equal(flipped[0], x[0]));
  for (int64_t column = 0; column < 5; ++column)
    EXPECT_TRUE(at::equal(flipped[1].select(2, column), x[1].select(2, 4 - column)));
}

}  // namespace
}  // namespace mdsm
