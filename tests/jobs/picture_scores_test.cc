#include "mdsm/jobs/picture_scores.h"

#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/formats/npy.h"
#include "mdsm/jobs/images.h"
#include "support/expect_error.h"
#include "support/image_files.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;
using testing::trained_on_patches;

/// Three pictures of as many sizes; in the folder's order a, b, c.
void write_pictures(const TempDir& folder) {
  const auto write = [&](const char* name, int64_t height, int64_t width) {
    const Tensor rows = at::linspace(0, 255, height).view({-1, 1}), columns = at::linspace(0, 200, width);
    testing::write_bytes(folder / name, testing::encode_png(((rows + columns) / 2).to(at::kByte).unsqueeze(0)));
  };
  write("a.png", 40, 30);
  write("b.png", 21, 50);
  write("c, d.png", 7, 9);
}

TEST(PictureScores, AreThoseOfEachWholePictureInTheOrderGiven) {
  const TempDir folder;
  write_pictures(folder);
  const TrainedEnergy trained = trained_on_patches();
  const std::string in = folder.path().string();
  std::vector<double> heard;
  const Watch watch([&](double fraction, std::string_view) { heard.push_back(fraction); });
  const std::vector<PictureScore> found =
      score_pictures(trained, {in + "/b.png", in}, {.kind = ScoreKind::energy}, watch);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].height, 21);
  EXPECT_EQ(found[1].width, 30);
  EXPECT_EQ(found[0].score, found[2].score) << "b, twice";
  const Tensor b = read_images({in + "/b.png"}, 0, ImageRole::truth, trained)[0].pixels.unsqueeze(0);
  const double energy = trained.energy_for({1, 21, 50})->value(b).item<double>();
  EXPECT_NEAR(found[0].score, energy, 1e-4 * std::abs(energy));
  EXPECT_DOUBLE_EQ(found[0].per_pixel, found[0].score / (21 * 50));
  EXPECT_EQ(heard.back(), 1);
  const std::string csv = picture_scores_csv(found, "energy");
  EXPECT_EQ(csv.find("index,name,height,width,energy,energy_per_pixel\n0,"), 0U);
  EXPECT_NE(csv.find("c, d.png\",7,9,"), std::string::npos) << "a name with a comma is quoted";
  EXPECT_EQ(score_pictures(trained, {in}, {.count = 2}).size(), 2U);
  expect_error([&] { score_pictures(trained, {in}, {.count = 4}); }, "4 pictures asked for (there are 3)");
}

TEST(PictureScores, EveryKindIsFiniteAndArraysArePicturesToo) {
  const TempDir folder;
  write_npy(folder / "x.npy", at::rand({2, 1, 30, 22}));
  const std::string file = (folder / "x.npy").string();
  const TrainedEnergy trained = trained_on_patches();
  for (const std::string& name : score_names()) {
    if (name == "typicality") continue;  // needs the run's own data: cli/patches_test.cc
    const std::vector<PictureScore> found = score_pictures(trained, {file}, {.kind = score_kind(name)});
    ASSERT_EQ(found.size(), 2U) << name;
    EXPECT_TRUE(std::isfinite(found[1].per_pixel)) << name;
    EXPECT_EQ(found[1].name, "x-000001");
  }
  TrainedEnergy fixed = trained_on_patches();
  fixed.experiment.data.patch = 0;
  expect_error([&] { score_pictures(fixed, {file}, {}); }, "takes data of shape (1, 16, 16) alone");
}

// Pixels alike: a sum grows by their number, a norm by its root.
TEST(PictureScores, APixelsShareDoesNotDependOnTheSize) {
  const Tensor one = at::ones({1}, at::kDouble);
  EXPECT_EQ(pixel_score(ScoreKind::energy, one * 12, 4).item<double>(), 3);
  EXPECT_EQ(pixel_score(ScoreKind::residual, one * 12, 4).item<double>(), 6);
  EXPECT_EQ(pixel_score(ScoreKind::error_ratio, one * 12, 4).item<double>(), 12);
}

}  // namespace
}  // namespace mdsm
