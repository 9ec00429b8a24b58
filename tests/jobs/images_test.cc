// What an image's role allows to be done to it, and the border.
#include "mdsm/jobs/images.h"

#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/data/load.h"
#include "mdsm/data/subset.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;
using testing::trained_gaussian;

std::string grey(const TempDir& folder, const std::string& name, int64_t height, int64_t width) {
  const std::string path = (folder / name).string();
  write_png(path, at::full({1, height, width}, 51, at::kByte));
  return path;
}

Shape shape_of(const std::string& path, ImageRole role, const TrainedEnergy& trained) {
  return read_images({path}, 0, role, trained).at(0).pixels.sizes().vec();
}

TEST(JobImages, TheRoleSaysWhatIsDoneToAnImage) {
  const TempDir folder;
  TrainedEnergy trained = trained_gaussian({3, 32, 32});
  trained.experiment.data.image_size = 24;
  const std::string small = grey(folder, "small.png", 20, 28);
  const std::string large = grey(folder, "large.png", 40, 40);
  EXPECT_EQ(shape_of(small, ImageRole::truth, trained), Shape({3, 20, 28})) << "it fits: not resized";
  EXPECT_EQ(shape_of(large, ImageRole::truth, trained), Shape({3, 24, 24})) << "resized as the run's data were";
  EXPECT_EQ(shape_of(small, ImageRole::noisy, trained), Shape({3, 20, 28}));
  EXPECT_EQ(shape_of(large, ImageRole::measured, trained), Shape({1, 40, 40})) << "as it is";
  expect_error([&] { shape_of(large, ImageRole::noisy, trained); },
               "40 x 40 pixels (the energy takes at most 32 x 32)");
  const NamedImage read = read_images({small}, 0, ImageRole::noisy, trained).at(0);
  EXPECT_EQ(read.name, "small");
  EXPECT_NEAR(read.pixels.max().item<float>(), 0.2, 1e-6);
}

TEST(JobImages, NoisyFoldersAndArraysAreTakenWholeUnlessACountIsGiven) {
  const TempDir folder;
  const TrainedEnergy trained = trained_gaussian();
  grey(folder, "b.png", 8, 8);
  grey(folder, "a.png", 8, 9);
  const std::string array = (folder / "x.npy").string();
  write_npy(array, at::rand({2, 1, 32, 32}));
  EXPECT_EQ(read_images({folder.path().string(), array}, 1, ImageRole::noisy, trained).size(), 2U);
  const auto images = read_images({folder.path().string(), array}, 0, ImageRole::noisy, trained);
  ASSERT_EQ(images.size(), 4U);
  EXPECT_EQ(images[0].name, "a");
  EXPECT_EQ(images[3].name, "x-000001");
  expect_error([&] { stacked(images); }, "all must have one shape");
}

TEST(OrderOfDataInJobs, SetsGiveAPartThatStandsForThem) {
  const TrainedEnergy trained = trained_gaussian();
  const auto images = read_images({"mnist/test"}, 3, ImageRole::truth, trained);
  ASSERT_EQ(images.size(), 3U);
  const auto test = load_source({.name = "mnist"}, Split::test);
  const std::vector<int64_t> places = subset_of(*test, 3);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(images[i].name, fmt::format("mnist-{:06}", places[i])) << "the place in the set";
    EXPECT_TRUE(at::equal(images[i].pixels, test->read(std::vector<int64_t>{places[i]})[0]));
  }
  EXPECT_EQ(stacked(images).sizes(), at::IntArrayRef({3, 1, 28, 28})) << "the border is not the image's";
  EXPECT_EQ(read_images({"mnist/test"}, 0, ImageRole::truth, trained).size(), 16U);
  expect_error([&] { read_images({"mnist/test"}, 10001, ImageRole::truth, trained); }, "there are 10000");
}

TEST(JobImages, VectorsHaveNoFrameAndAreOnlyDenoised) {
  const TrainedEnergy trained = trained_gaussian({2});
  EXPECT_EQ(read_images({"checkerboard"}, 2, ImageRole::noisy, trained).at(1).pixels.sizes(), at::IntArrayRef({2}));
  expect_error([&] { read_images({"checkerboard"}, 2, ImageRole::truth, trained); }, "are no images");
  const Tensor vector = at::rand({2});
  EXPECT_TRUE(at::equal(in_frame(vector, {2}), vector));
}

TEST(JobImages, TheFrameComesOffAsItWentOn) {
  const Tensor image = at::rand({1, 5, 6}) + 0.1;
  const Tensor framed = in_frame(image, {1, 8, 8});
  EXPECT_EQ(framed.sizes(), at::IntArrayRef({1, 8, 8}));
  EXPECT_TRUE(at::equal(out_of_frame(framed.unsqueeze(0), {1, 5, 6})[0], image));
  EXPECT_TRUE(at::equal(framed.narrow(1, 1, 5).narrow(2, 1, 6), image)) << "an odd margin is less at the top left";
  EXPECT_EQ((framed == 0).sum().item<int64_t>(), 64 - 30) << "black around";
}

}  // namespace
}  // namespace mdsm
