#include "mdsm/evaluate/resample.h"

#include <gtest/gtest.h>

#include "mdsm/evaluate/inception.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

const std::vector<ResizeMode> kModes{ResizeMode::tf, ResizeMode::pytorch, ResizeMode::clean};

Tensor ramp(int64_t size) {
  return at::arange(size, at::kByte).view({1, 1, 1, size}).expand({1, 1, size, size}).contiguous();
}

TEST(Resample, KeepsConstantsAndImagesOfTheSizeAskedFor) {
  for (const ResizeMode mode : kModes) {
    const Tensor flat = resample(at::full({2, 3, 9, 5}, 77, at::kByte), mode, 23);
    EXPECT_EQ(flat.sizes(), (Shape{2, 3, 23, 23}));
    expect_close(flat, at::full({2, 3, 23, 23}, 77.0F), 1e-6, "constant");
    expect_close(resample(ramp(16), mode, 16), ramp(16).to(at::kFloat), 1e-6, "same size");
  }
}

// Twice as wide. TensorFlow 1 samples at 0, 0.5, 1, ... with the last value repeated; half-pixel centres at -0.25,
// 0.25, ...
TEST(Resample, PlacesPixelsAsTheModeSays) {
  const Tensor x = ramp(4) * 10;
  const auto row = [&](ResizeMode mode) { return resample(x, mode, 8)[0][0][3]; };
  expect_close(row(ResizeMode::tf), at::tensor({0.F, 5.F, 10.F, 15.F, 20.F, 25.F, 30.F, 30.F}), 1e-6, "tf");
  expect_close(row(ResizeMode::pytorch), at::tensor({0.F, 2.5F, 7.5F, 12.5F, 17.5F, 22.5F, 27.5F, 30.F}), 1e-6,
               "pytorch");
  // Cubic with a = -1/2 at distances 1.25, 0.25, 0.75, 1.75: weights -0.0703125, 0.8671875, 0.2265625, -0.0234375.
  const double third = -0.0703125 * 0 + 0.8671875 * 10 + 0.2265625 * 20 - 0.0234375 * 30;
  EXPECT_NEAR(row(ResizeMode::clean)[3].item<double>(), third, 1e-4);
}

// Halved: only antialias sees all pixels of a chessboard, so only it gives grey.
TEST(Resample, OnlyCleanHasAntialias) {
  const Tensor board = ((at::arange(16).view({16, 1}) + at::arange(16)) % 2 * 200).to(at::kByte).view({1, 1, 16, 16});
  const auto spread = [&](ResizeMode mode) {
    const Tensor inner = resample(board, mode, 4).slice(2, 1, 3).slice(3, 1, 3);
    return (inner - 100).abs().max().item<float>();
  };
  EXPECT_GT(spread(ResizeMode::tf), 99);
  EXPECT_LT(spread(ResizeMode::clean), 1);
}

TEST(Resample, RefusesOtherThingsAndNamesTheNearestMode) {
  expect_error([] { resample(at::zeros({1, 3, 4, 4}), ResizeMode::tf, 8); }, "expected uint8");
  expect_error([] { resize_mode("claen"); }, "Did you mean 'clean'?");
}

TEST(InceptionInput, IsInMinusOneToOneAndColour) {
  for (const ResizeMode mode : kModes) {
    const Tensor white = inception_input(at::full({1, 1, 8, 8}, 255, at::kByte), mode);
    EXPECT_EQ(white.sizes(), (Shape{1, 3, 299, 299}));
    const double top = mode == ResizeMode::pytorch ? 1 : 127.0 / 128;
    EXPECT_NEAR(white.max().item<double>(), top, 1e-6);
    EXPECT_NEAR(inception_input(at::zeros({1, 1, 8, 8}, at::kByte), mode).min().item<double>(), -1, 1e-6);
  }
}

}  // namespace
}  // namespace mdsm
