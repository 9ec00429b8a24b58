#include "mdsm/restore/kernels.h"

#include <gtest/gtest.h>

#include "mdsm/formats/npy.h"
#include "mdsm/restore/cosine.h"
#include "mdsm/restore/degradation.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/image_files.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::TempDir;

// A line of four pixels along a row, points shared between neighbours: the box of length 4 under the tent of width 2.
TEST(MotionKernel, IsTheTentOverALine) {
  const Tensor kernel = motion_kernel(4, 0);
  EXPECT_EQ(kernel.sizes(), at::IntArrayRef({7, 7}));
  const Tensor row = at::tensor({0.0, 0.125, 0.25, 0.25, 0.25, 0.125, 0.0}, at::kDouble);
  expect_close(kernel[3], row, 1e-3);
  EXPECT_NEAR(kernel.sum().item<double>(), 1, 1e-12);
  expect_close(motion_kernel(4, 90).t(), kernel, 1e-12);
}

TEST(MotionKernel, GoesCounterClockwiseAndLooksTheSameFromItsMiddle) {
  const Tensor kernel = motion_kernel(9, 45);
  EXPECT_GT(kernel[2][8].item<double>(), 0.02) << "above and to the right";
  EXPECT_EQ(kernel[2][2].item<double>(), 0);
  expect_close(kernel, kernel.flip({0, 1}), 1e-15);
  EXPECT_TRUE(is_symmetric(motion_kernel(5, 180)));
  EXPECT_FALSE(is_symmetric(kernel));
  EXPECT_NEAR(motion_kernel(0.5, 30).sum().item<double>(), 1, 1e-12);
  expect_error([] { motion_kernel(0, 0); }, "a movement of 0 pixels");
}

TEST(KernelFiles, AreScaledToOne) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  write_npy(folder / "k.npy", at::tensor({0.0, 1.0, 3.0}).view({1, 3}));
  expect_close(read_kernel(folder / "k.npy"), at::tensor({0.0, 0.25, 0.75}, at::kDouble).view({1, 3}), 1e-15);
  testing::write_bytes(folder / "k.png", testing::encode_png(at::full({1, 3, 3}, 200, at::kByte)));
  expect_close(read_kernel(folder / "k.png"), at::full({3, 3}, 1.0 / 9, at::kDouble), 1e-15);
  write_npy(folder / "even.npy", at::ones({4, 4}));
  expect_error([&] { read_kernel(folder / "even.npy"); }, "its shape is (4, 4)");
  write_npy(folder / "none.npy", at::zeros({3, 3}));
  expect_error([&] { read_kernel(folder / "none.npy"); }, "sum to 0");
  const DegradationOptions file{.task = "deblur", .kernel = path("k.npy")};
  EXPECT_EQ(build_operator(file, {1, 5, 6}, 0)->name(), "blur");
  ASSERT_EQ(degradation_notes(file).size(), 1U);
  EXPECT_NE(degradation_notes(file)[0].find("opposite side"), std::string::npos);
  EXPECT_TRUE(degradation_notes({.task = "deblur"}).empty()) << "a Gaussian's border reflects";
  expect_error(
      [&] {
        build_operator({.task = "deblur", .kernel = path("k.npy"), .boundary = "reflect"}, {1, 5, 6}, 0);
      },
      "not symmetric");
  expect_error(
      [&] {
        build_operator({.task = "deblur", .kernel = "gausian"}, {1, 9, 9}, 0);
      },
      "Did you mean 'gaussian'");
  expect_error(
      [&] {
        build_operator({.task = "deblur", .kernel = "motion", .width = 9}, {1, 9, 5}, 0);
      },
      "images of 9 x 5");
}

TEST(CosineSides, AreBounded) {
  const int64_t side = kMostCosines + 1;
  expect_error([&] { build_operator({.task = "cs"}, {1, 1, side}, 0); }, "1 x 4097 pixels");
  expect_error([&] { build_operator({.task = "deblur", .width = 0.3}, {1, 3, side}, 0); }, "at most 4096 a side");
  EXPECT_EQ(build_operator({.task = "deblur", .width = 0.3, .boundary = "circular"}, {1, 3, side}, 0)->name(), "blur");
}

}  // namespace
}  // namespace mdsm
