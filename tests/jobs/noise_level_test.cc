#include "mdsm/jobs/noise_level.h"

#include <gtest/gtest.h>

#include <cmath>

#include "jobs/trained.h"
#include "mdsm/base/rng.h"
#include "mdsm/sample/jump.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::trained_gaussian;
using testing::trained_on_patches;

Tensor normal(const Shape& shape, int64_t count) {
  return RandomRows::slots(5, Stream::data, 0, count).normal(0, shape);
}

std::vector<double> levels_of(const TrainedEnergy& trained, const Tensor& y, const Shape& own) {
  const Tensor denoised = jump(*trained.energy_for(datum_shape_of(y)), y, trained.sigma0());
  return noise_levels(trained, y, denoised, std::vector<Shape>(static_cast<size_t>(y.size(0)), own));
}

// Clean data of variance 0.05 - sigma0^2 and noise of sigma0: then the energy's D is the posterior mean. 1024 numbers give
// sigma to 2.2 %; 4 of these for 8 images: a false alarm in 2000 seeds.
TEST(NoiseLevel, IsTheNoisesWhereTheDenoiserIsThePosteriorMean) {
  const TrainedEnergy trained = trained_gaussian();
  const Tensor y = 0.4 + std::sqrt(0.05) * normal({1, 32, 32}, 8);
  for (const double level : levels_of(trained, y, {1, 32, 32})) EXPECT_NEAR(level / trained.sigma0(), 1, 4 * 0.022);
}

TEST(NoiseLevel, OfAFrameIsThatOfTheImageInIt) {
  const TrainedEnergy trained = trained_gaussian();
  Tensor y = at::zeros({2, 1, 32, 32});  // what a border of zeros adds must not be seen
  y.narrow(2, 2, 28).narrow(3, 2, 28).copy_(0.4 + std::sqrt(0.05) * normal({1, 28, 28}, 2));
  for (const double level : levels_of(trained, y, {1, 28, 28})) EXPECT_NEAR(level / trained.sigma0(), 1, 4 * 0.026);
}

TEST(NoiseLevel, IsAFunctionOfTheImageAlone) {
  const TrainedEnergy trained = trained_on_patches();
  for (const Shape& shape : {Shape{1, 24, 17}, Shape{1, 300, 350}}) {
    const Tensor y = 0.4 + 0.2 * normal(shape, 3);
    const std::vector<double> together = levels_of(trained, y, shape);
    for (int64_t i = 0; i < 3; ++i)
      EXPECT_EQ(levels_of(trained, y.narrow(0, i, 1), shape), std::vector<double>{together[static_cast<size_t>(i)]});
  }
}

TEST(NoiseLevel, ThereIsOneForPicturesOfEveryShape) {
  const TrainedEnergy trained = trained_on_patches();
  for (const Shape& shape : {Shape{1, 1, 1}, Shape{1, 3, 40000}, Shape{1, 40000, 5}, Shape{1, 128, 900}}) {
    const double level = levels_of(trained, 0.4 + 0.2 * normal(shape, 1), shape)[0];
    EXPECT_TRUE(std::isfinite(level)) << to_text(shape);
  }
}

TEST(NoiseLevel, WantsAShapeAnImage) {
  const TrainedEnergy trained = trained_gaussian();
  const Tensor y = at::zeros({2, 1, 32, 32});
  testing::expect_error([&] { noise_levels(trained, y, y, {{1, 32, 32}}); }, "1 shapes");
}

}  // namespace
}  // namespace mdsm
