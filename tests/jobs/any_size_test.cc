// Jobs on energies that were trained on patches: images of any size.
#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/jobs/denoising.h"
#include "mdsm/jobs/restoration_files.h"
#include "mdsm/jobs/restoration_quality.h"
#include "mdsm/sample/jump.h"
#include "support/expect_error.h"
#include "support/image_files.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;
using testing::trained_on_patches;

std::vector<NamedImage> images_of_many_sizes() {
  std::vector<NamedImage> images;
  for (const auto& [name, height, width] :
       {std::tuple{"a", 40, 70}, {"b", 40, 70}, {"c", 7, 9}, {"d", 16, 16}, {"e", 1, 1}})
    images.push_back({name, at::rand({1, height, width})});
  return images;
}

TEST(AnySize, ImagesOfManySizesAreDenoisedInOneCall) {
  const TrainedEnergy trained = trained_on_patches();
  for (const int64_t batch : {1, 8}) {
    const std::vector<NamedImage> inputs = images_of_many_sizes();
    const DenoisedImages found = denoise_images(trained, inputs, {.options = {}, .batch = batch});
    for (size_t i = 0; i < inputs.size(); ++i) {
      const Tensor x = inputs[i].pixels.unsqueeze(0);
      EXPECT_TRUE(at::equal(found.denoised[i], jump(*trained.energy_for(datum_shape_of(x)), x, trained.sigma0())))
          << inputs[i].name;
      EXPECT_GT(found.figures[i].sigma, 0);
    }
  }
}

TEST(AnySize, NoiseIsThatOfTheImagesPlace) {
  const TrainedEnergy trained = trained_on_patches();
  const DenoisedImages two =
      denoise_images(trained, images_of_many_sizes(), {.options = {}, .add_noise = 0.1, .seed = 4});
  EXPECT_TRUE(two.truth_known);
  const Tensor noise = two.noisy[0] - two.inputs[0].pixels.unsqueeze(0);
  EXPECT_NEAR(noise.square().mean().item<double>(), 0.01, 0.001);
  EXPECT_FALSE(at::allclose(noise, two.noisy[1] - two.inputs[1].pixels.unsqueeze(0)));
}

TEST(AnySize, FoldersAndFilesKeepTheirSizes) {
  const TempDir folder;
  std::filesystem::create_directories(folder / "in");
  testing::write_bytes(folder / "in/a.png", testing::encode_png(at::full({1, 20, 31}, 99, at::kByte)));
  testing::write_bytes(folder / "in/b.png", testing::encode_png(at::full({3, 50, 11}, 99, at::kByte)));
  const std::string in = (folder / "in").string();
  const TrainedEnergy trained = trained_on_patches();
  for (const ImageRole role : {ImageRole::noisy, ImageRole::truth}) {
    const std::vector<NamedImage> images = read_images({in, in + "/b.png"}, 0, role, trained);
    ASSERT_EQ(images.size(), 3U);
    EXPECT_EQ(images[0].pixels.sizes(), at::IntArrayRef({1, 20, 31}));
    EXPECT_EQ(images[1].pixels.sizes(), at::IntArrayRef({1, 50, 11}));
    EXPECT_EQ(images[2].pixels.sizes(), at::IntArrayRef({1, 50, 11}));
  }
  const DenoisedImages done = denoise_images(trained, read_images({in}, 0, ImageRole::noisy, trained), {});
  write_denoised(done, (folder / "out").string(), {});
  EXPECT_EQ(read_image(folder / ("out/" + done.inputs[1].name + ".png")).sizes(), at::IntArrayRef({1, 50, 11}));
  expect_error([&] { write_denoised(done, (folder / "x.npy").string(), {}); }, "one file for images of several sizes");
  expect_error([&] { write_denoising_grid(done, (folder / "x.png").string(), {}); }, "several sizes");
}

TEST(AnySize, ArraysOfOtherSizesAreTaken) {
  const TempDir folder;
  write_npy(folder / "x.npy", at::rand({3, 1, 30, 22}));
  const TrainedEnergy trained = trained_on_patches();
  for (const ImageRole role : {ImageRole::noisy, ImageRole::truth, ImageRole::measured}) {
    const std::vector<NamedImage> images = read_images({(folder / "x.npy").string()}, 0, role, trained);
    ASSERT_EQ(images.size(), 3U);
    EXPECT_EQ(images[0].pixels.sizes(), at::IntArrayRef({1, 30, 22}));
  }
}

TEST(AnySize, MeasurementsInAFolderAreReadAsTheyAre) {
  const TempDir folder;
  testing::write_bytes(folder / "a.png", testing::encode_png(at::full({3, 20, 31}, 99, at::kByte)));
  testing::write_bytes(folder / "b.png", testing::encode_png(at::full({3, 9, 11}, 99, at::kByte)));
  const std::vector<NamedImage> images =
      read_images({folder.path().string()}, 0, ImageRole::measured, trained_on_patches());
  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(images[1].pixels.sizes(), at::IntArrayRef({3, 9, 11}));
  expect_error([&] { restore_images(trained_on_patches(), images, {.degradation = {}, .measured = true}); },
               "images of (3, 20, 31) (the energy takes 1 channels of any size)");
}

/// Two steps of every task.
RestorationRequest quick(const DegradationOptions& degradation) {
  return {.degradation = degradation,
          .sigma = degradation.task == "denoise" ? 0.2 : 0.0,
          .samples = 2,
          .solver = {.set = {"restore.steps=2"}}};
}

TEST(AnySize, EveryTaskRestoresImagesOfManySizesInTheirOrder) {
  const TrainedEnergy trained = trained_on_patches();
  const std::vector<NamedImage> images{{"a", at::rand({1, 40, 70})},
                                       {"b", at::rand({1, 40, 70})},
                                       {"c", at::rand({1, 21, 19})},
                                       {"d", at::rand({1, 16, 16})}};
  for (const DegradationOptions& task :
       std::vector<DegradationOptions>{{.task = "inpaint", .mask = "random"},
                                       {.task = "superres", .factor = 3},
                                       {.task = "deblur"},
                                       {.task = "deblur", .kernel = "motion", .angle = 30},
                                       {.task = "cs"},
                                       {.task = "denoise"}}) {
    const std::vector<Restoration> parts = restore_images(trained, images, quick(task));
    ASSERT_EQ(parts.size(), 3U) << task.task;
    EXPECT_EQ(parts[0].samples.size(1), 2);
    const Shape third = task.task == "superres" ? Shape{2, 1, 1, 21, 18} : Shape{2, 1, 1, 21, 19};
    EXPECT_EQ(parts[1].samples.sizes(), third) << task.task;
    EXPECT_TRUE(parts[2].samples.isfinite().all().item<bool>()) << task.task;
    const std::vector<RestorationQuality> quality = restoration_quality(parts);
    EXPECT_EQ(quality[0].quality.psnr.size(0), 4);
    EXPECT_EQ(quality[0].quality.psnr[2].item<double>(),
              restoration_quality(parts[1])[0].quality.psnr[0].item<double>());
  }
}

// Restored alone, an image would have the numbers of the first place; what is kept of the measurement is the image's own.
TEST(AnySize, RestorationsKeepWhatWasMeasuredAndAreOfTheirPlace) {
  const TrainedEnergy trained = trained_on_patches();
  const NamedImage image{"a", at::rand({1, 24, 33})};
  const RestorationRequest request = quick({.task = "inpaint", .mask = "right-half"});
  const std::vector<Restoration> parts = restore_images(trained, {image, {"b", at::rand({1, 9, 9})}, image}, request);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_TRUE(at::equal(parts[2].samples[0][0].narrow(2, 0, 16), image.pixels.narrow(2, 0, 16)));
  EXPECT_FALSE(at::equal(parts[0].samples, parts[2].samples));
  EXPECT_TRUE(at::equal(parts[0].samples, restore_images(trained, image.pixels.unsqueeze(0), request).samples));
}

TEST(AnySize, AMaskIsOfOneSizeAndOneFileAsWell) {
  const TempDir folder;
  const std::string mask = (folder / "mask.png").string();
  testing::write_bytes(mask, testing::encode_png(at::full({1, 24, 33}, 255, at::kByte)));
  const TrainedEnergy trained = trained_on_patches();
  const std::vector<NamedImage> images{{"a", at::rand({1, 24, 33})}, {"b", at::rand({1, 33, 24})}};
  expect_error([&] { restore_images(trained, images, quick({.task = "inpaint", .mask = mask})); },
               "it has 24 x 33 pixels (the images have 33 x 24)");
  require_one_size(images, "folder", "");
  expect_error([&] { require_one_size(images, "x.npy", ""); }, "x.npy: one file for images of several sizes");
  expect_error([&] { require_one_size(images, "", "g.png"); }, "a is (1, 24, 33), b is (1, 33, 24)");
  const std::vector<Restoration> parts = restore_images(trained, images, quick({.task = "deblur"}));
  write_restorations(parts, {"a", "b"}, (folder / "out").string(), {});
  EXPECT_EQ(read_image(folder / "out/b-mean.png").sizes(), at::IntArrayRef({1, 33, 24}));
  expect_error([&] { write_restoration_grid(parts, (folder / "g.png").string(), {}); }, "several sizes");
}

TEST(AnySize, TilesMayBeSmaller) {
  const TrainedEnergy trained = trained_on_patches();
  const std::vector<NamedImage> inputs{{"a", at::rand({1, 90, 130})}, {"b", at::rand({1, 5, 5})}};
  std::vector<std::string> told;
  double last = 0;
  const Watch watch([&](double fraction, std::string_view text) {
    EXPECT_GE(fraction, last);
    last = fraction;
    told.emplace_back(text);
  });
  const DenoisedImages whole = denoise_images(trained, inputs, {.options = {.steps = 2}});
  const DenoisedImages cut = denoise_images(trained, inputs, {.options = {.steps = 2}, .tile = 64}, watch);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_FALSE(i == 0 && at::equal(cut.denoised[i], whole.denoised[i])) << "rounding, at least: nothing was cut";
    EXPECT_LT((cut.denoised[i] - whole.denoised[i]).abs().max().item<double>(), 1e-5);
  }
  EXPECT_TRUE(std::any_of(told.begin(), told.end(),
                          [](const std::string& text) { return text.find("denoised 0 of 2, tiles ") == 0; }));
  expect_error([&] { denoise_images(trained, inputs, {.options = {}, .tile = 3}); },
               "cannot be cut into tiles of 9 pixels (an influence reaches");
  expect_error(
      [&] {
        denoise_images(testing::trained_gaussian(), {{"a", at::rand({1, 9, 9})}}, {.options = {}, .tile = 64});
      },
      "takes images of one size, which are not cut");
}

TEST(AnySize, AnEnergyOfOneSizeSaysSo) {
  TrainedEnergy trained = trained_on_patches();
  expect_error([&] { trained.energy_for({3, 20, 20}); }, "takes images of 1 channels");
  trained.experiment.data.patch = 0;
  expect_error([&] { trained.energy_for({1, 20, 20}); }, "patches: data of shape (1, 20, 20)");
}

}  // namespace
}  // namespace mdsm
