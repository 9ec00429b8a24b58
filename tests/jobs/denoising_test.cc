#include "mdsm/jobs/denoising.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/sample/jump.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::TempDir;
using testing::trained_gaussian;

std::vector<NamedImage> grey_images() {
  return {{"a", at::full({1, 28, 28}, 0.4)}, {"b", at::full({1, 32, 32}, 0.4)}, {"c", at::full({1, 7, 9}, 0.4)}};
}

TEST(Denoising, FindsTheNoiseOfEachImagesOwnPixels) {
  const TrainedEnergy trained = trained_gaussian();
  const DenoisedImages images =
      denoise_images(trained, grey_images(), {.options = {}, .add_noise = 0.3, .seed = 3, .batch = 2});
  ASSERT_EQ(images.figures.size(), 3U);
  EXPECT_TRUE(images.truth_known);
  EXPECT_EQ(images.own_pixels(images.noisy[2], 2).sizes(), at::IntArrayRef({1, 7, 9}));
  // D keeps 1 - part of x - m, part = sigma0^2 / v, and J is that many times the identity: |part n|^2 / part is left. 63
  // pixels: 9 % error, 4 of it.
  const double part = std::sqrt(trained.sigma0() * trained.sigma0() / 0.05);
  for (const DenoisingFigures& at : images.figures) {
    EXPECT_NEAR(at.sigma / (0.3 * part), 1, 0.36);
    EXPECT_GT(at.psnr, at.psnr_noisy);
  }
}

TEST(Denoising, TheBatchChangesNothingAndTheNoiseMayBeThere) {
  const TrainedEnergy trained = trained_gaussian();
  const DenoisedImages one = denoise_images(trained, grey_images(), {.options = {.steps = 2}, .batch = 1});
  const DenoisedImages all = denoise_images(trained, grey_images(), {.options = {.steps = 2}, .batch = 9});
  testing::expect_close(at::cat(one.denoised), at::cat(all.denoised), 1e-6);
  EXPECT_FALSE(one.truth_known);
  EXPECT_TRUE(std::isnan(one.figures[0].psnr));
}

TEST(Denoising, StrengthIsThePartThatIsTakenAway) {
  const TrainedEnergy trained = trained_gaussian();
  const DenoisedImages all = denoise_images(trained, grey_images(), {.options = {}, .add_noise = 0.3, .seed = 3});
  for (const double part : {0.0, 0.25, 1.0}) {
    const DenoisedImages some =
        denoise_images(trained, grey_images(), {.options = {}, .strength = part, .add_noise = 0.3, .seed = 3});
    for (size_t i = 0; i < 3; ++i) {
      testing::expect_close(some.denoised[i], all.noisy[i] + part * (all.denoised[i] - all.noisy[i]), 1e-6);
      EXPECT_EQ(some.figures[i].sigma, all.figures[i].sigma) << "the noise that is there";
    }
  }
}

TEST(Denoising, WritesPicturesOfTheImagesOwnSizeOrAnArray) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const DenoisedImages images = denoise_images(trained_gaussian(), grey_images(), {.options = {}, .add_noise = 0.1});
  write_denoised(images, path("out"), {{"run", "r"}});
  write_denoised(images, path("x.npy"), {});
  write_denoising_grid(images, path("g.png"), {});
  EXPECT_EQ(read_image(folder / "out/c.png").sizes(), at::IntArrayRef({1, 7, 9}));
  EXPECT_EQ(read_image(folder / "out/a-noisy.png").sizes(), at::IntArrayRef({1, 28, 28}));
  EXPECT_TRUE(read_png_text(folder / "out/a.png").contains("sigma"));
  EXPECT_TRUE(at::equal(read_npy(folder / "x.npy"), at::cat(images.denoised)));
  EXPECT_EQ(read_image(folder / "g.png").sizes(), at::IntArrayRef({1, 104, 104})) << "three rows of three";
}

// Photons of a level whose transform is the energy's mean: D is that mean but for part of the noise, as in the first test.
// 1024 pixels: sigma to 2.2 %, 4 of it.
TEST(Denoising, PhotonNoiseIsMadeEvenAndBroughtBack) {
  const TrainedEnergy trained = trained_gaussian();
  const PhotonNoise photons{.gain = 0.01, .read_noise = 0.02};
  const EvenNoise even(photons);
  const double level = even.unbiased_inverse(at::full({1}, 0.4, at::kDouble)).item<double>();
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(5);
  const Tensor x = at::poisson(at::full({1, 32, 32}, level / photons.gain), generator) * photons.gain +
                   photons.read_noise * at::randn({1, 32, 32}, generator, at::kFloat);
  const DenoisedImages found =
      denoise_images(trained, {{"a", x}}, {.options = {}, .strength = 0.5, .photons = photons});
  const Tensor z = even.forward(x.unsqueeze(0));
  const Tensor back = even.unbiased_inverse(jump(*trained.energy, z, trained.sigma0()));
  testing::expect_close(found.denoised[0], at::lerp(x.unsqueeze(0), back, 0.5), 1e-6);
  const double part = std::sqrt(trained.sigma0() * trained.sigma0() / 0.05);
  EXPECT_NEAR(found.figures[0].sigma / part, 1, 4 * 0.022) << "1: the noise is what was said";
  EXPECT_NE(found.unit().find("photon-gain"), std::string::npos);
}

TEST(Denoising, OptionsThatExcludeEachOther) {
  const auto denoise = [](const DenoisingRequest& request) {
    denoise_images(trained_gaussian(), grey_images(), request);
  };
  const PhotonNoise photons{.gain = 0.01};
  testing::expect_error([&] { denoise({.options = {}, .add_noise = 0.1, .photons = photons}); }, "add_noise speaks of");
  testing::expect_error([&] { denoise({.options = {}, .photons = photons, .uncertainty = 1}); },
                        "uncertainty speaks of");
  testing::expect_error([&] { denoise({.options = {}, .photons = {.read_noise = 0.1}}); }, "Give photon_gain too");
}

TEST(Denoising, StopsWhenAsked) {
  const Watch stopped(nullptr, [] { return true; });
  testing::expect_error([&] { denoise_images(trained_gaussian(), grey_images(), {}, stopped); }, "interrupted",
                        Fault::interrupted);
}

}  // namespace
}  // namespace mdsm
