#include "mdsm/jobs/noise_map.h"

#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/base/rng.h"
#include "mdsm/formats/npy.h"
#include "mdsm/jobs/denoising.h"
#include "mdsm/jobs/noise_level.h"
#include "mdsm/sample/jump.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;
using testing::trained_on_patches;

Tensor normal(const Shape& shape) { return RandomRows::slots(5, Stream::data, 0, 1).normal(0, shape); }

/// An energy of images that are all grey: D(y) is that grey, J = 0.
TrainedEnergy trained_grey(const Shape& shape) {
  TrainedEnergy trained;
  trained.energy = std::make_shared<DiagonalGaussianEnergy>(at::full(shape, 0.4),
                                                            at::full({1}, trained.sigma0() * trained.sigma0()));
  trained.file = "grey";
  return trained;
}

/// Grey, (1, 1, height, 256), with noise of 0.05 in the left half and 0.15 in the right.
Tensor two_halves(int64_t height) {
  Tensor y = normal({1, height, 256});
  y.narrow(3, 0, 128).mul_(0.05);
  y.narrow(3, 128, 128).mul_(0.15);
  return y.add_(0.4);
}

Tensor map_of(const TrainedEnergy& trained, const Tensor& y) {
  const Tensor denoised = jump(*trained.energy_for(datum_shape_of(y)), y, trained.sigma0());
  return noise_map(trained, y, denoised, datum_shape_of(y));
}

// Windows of 4096 pixels give sigma to 1.1 %. Three columns of windows lie in each half, at 5 heights: 30 of them, not all
// independent, within 4 errors: a false alarm in 500 seeds.
TEST(NoiseMap, TellsTheHalvesApart) {
  const Tensor map = map_of(trained_grey({1, 192, 256}), two_halves(192));
  ASSERT_EQ(map.sizes(), at::IntArrayRef({192, 256}));
  const auto left = map.narrow(1, 0, 96), right = map.narrow(1, 160, 96);  // up to the last windows' middles
  EXPECT_LT((left / 0.05 - 1).abs().max().item<double>(), 4 * 0.011);
  EXPECT_LT((right / 0.15 - 1).abs().max().item<double>(), 4 * 0.011);
  const Tensor between = map.narrow(1, 96, 64);
  EXPECT_GT((between.narrow(1, 1, 63) - between.narrow(1, 0, 63)).min().item<double>(), 0)
      << "it rises from left to right";
}

TEST(NoiseMap, OfOneWindowIsTheLevelOfTheImage) {
  const TrainedEnergy trained = trained_on_patches();
  for (const Shape& shape : {Shape{1, 64, 64}, Shape{1, 30, 17}, Shape{1, 1, 1}}) {
    const Tensor y = 0.4 + 0.2 * normal(shape);
    const Tensor map = map_of(trained, y);
    const Tensor denoised = jump(*trained.energy_for(shape), y, trained.sigma0());
    const double level = noise_levels(trained, y, denoised, {shape})[0];
    EXPECT_LT((map / level - 1).abs().max().item<double>(), 1e-5) << to_text(shape);
  }
}

TEST(NoiseMap, OfPicturesOfEveryShapeIsFinite) {
  const TrainedEnergy trained = trained_on_patches();
  for (const Shape& shape : {Shape{1, 3, 900}, Shape{1, 300, 65}, Shape{1, 130, 129}}) {
    const Tensor map = map_of(trained, 0.4 + 0.2 * normal(shape));
    EXPECT_EQ(map.sizes(), at::IntArrayRef(shape).slice(1));
    EXPECT_GT(map.min().item<double>(), 0);
    EXPECT_TRUE(map.isfinite().all().item<bool>());
  }
}

TEST(NoiseMap, StandsBesideTheDenoisedImage) {
  const TempDir folder;
  const DenoisedImages found =
      denoise_images(trained_grey({1, 96, 256}), {{"a", two_halves(96)[0]}}, {.options = {}, .noise_map = true});
  write_denoised(found, (folder / "out").string(), {});
  write_denoised(found, (folder / "x.npy").string(), {});
  const Tensor map = read_npy(folder / "out/a-noise.npy");
  EXPECT_TRUE(at::equal(map, found.noise_maps[0]));
  EXPECT_TRUE(at::equal(read_npy(folder / "x-noise.npy")[0], map));
  const Tensor picture = read_image(folder / "out/a-noise.png");
  EXPECT_EQ(picture.max().item<int>(), 255);
  EXPECT_NEAR(picture[0][50][20].item<int>(), 85, 8) << "a third of the largest";
  EXPECT_NEAR(std::stod(read_png_text(folder / "out/a-noise.png").at("white")), 0.15, 0.01);
}

TEST(NoiseMap, OfVectorsThereIsNone) {
  const TrainedEnergy trained = testing::trained_gaussian({2});
  expect_error(
      [&] {
        denoise_images(trained, {{"a", at::zeros({2})}}, {.options = {}, .noise_map = true});
      },
      "which are no images");
}

}  // namespace
}  // namespace mdsm
