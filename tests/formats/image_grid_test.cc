#include "mdsm/formats/image_grid.h"

#include <limits>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

TEST(ToUint8, RoundsAndClamps) {
  const float infinity = std::numeric_limits<float>::infinity();
  const Tensor x = at::tensor({0.0F, 1.0F, 0.49F / 255, 0.51F / 255, 254.49F / 255, 254.51F / 255, -0.2F, 1.7F,
                               infinity, -infinity, std::numeric_limits<float>::quiet_NaN()});
  const Tensor expected = at::tensor({0, 255, 0, 1, 254, 255, 0, 255, 255, 0, 0}, at::kByte);
  EXPECT_TRUE(at::equal(to_uint8(x), expected)) << to_uint8(x);
  expect_error([] { to_uint8(at::zeros({2}, at::kByte)); }, "the pixels are Byte");
}

// Files read back as value / 255 give the same file again, in every floating-point type that can tell the values apart.
TEST(ToUint8, KeepsEveryValueOfAFile) {
  const Tensor bytes = at::arange(256, at::kByte);
  for (at::ScalarType type : {at::kFloat, at::kDouble, at::kHalf}) {
    EXPECT_TRUE(at::equal(to_uint8(bytes.to(type) / 255), bytes)) << c10::toString(type);
  }
}

TEST(ImageGrid, PlacesEveryPixel) {
  const Tensor x = at::arange(1, 1 + 5 * 2 * 3 * 4, at::kFloat).view({5, 2, 3, 4});
  const Tensor grid = image_grid(x, 3, 1);
  ASSERT_EQ(grid.sizes(), (Shape{2, 2 * 4 + 1, 3 * 5 + 1}));
  for (int64_t i = 0; i < 5; ++i) {
    const Tensor place = grid.narrow(1, 1 + i / 3 * 4, 3).narrow(2, 1 + i % 3 * 5, 4);
    EXPECT_TRUE(at::equal(place, x[i])) << i;
  }
  EXPECT_EQ(at::count_nonzero(grid).item<int64_t>(), x.numel()) << "something between or after the images";
}

TEST(ImageGrid, ShapesAndTypes) {
  const Tensor x = at::ones({2, 1, 4, 4}, at::kByte);
  EXPECT_EQ(image_grid(x, 8, 2).sizes(), (Shape{1, 8, 14})) << "no empty columns";
  EXPECT_EQ(image_grid(x, 1, 0).sizes(), (Shape{1, 8, 4}));
  EXPECT_EQ(image_grid(x, 1, 0).scalar_type(), at::kByte);
  expect_error([&] { image_grid(x[0], 1); }, "shape (1, 4, 4)");
  expect_error([&] { image_grid(x.narrow(0, 0, 0), 1); }, "B at least 1");
  expect_error([&] { image_grid(x, 0); }, "0 columns");
  expect_error([&] { image_grid(x, 1, -1); }, "padding -1");
}

TEST(ImageGrid, SquareColumns) {
  EXPECT_EQ(square_columns(0), 1);
  EXPECT_EQ(square_columns(1), 1);
  EXPECT_EQ(square_columns(2), 2);
  EXPECT_EQ(square_columns(16), 4);
  EXPECT_EQ(square_columns(17), 5);
}

}  // namespace
}  // namespace mdsm
