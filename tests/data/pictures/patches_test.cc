#include "mdsm/data/pictures/patches.h"

#include <gtest/gtest.h>

#include <set>

#include "mdsm/data/batches.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/load.h"
#include "mdsm/data/pictures/patch_data.h"
#include "support/expect_error.h"
#include "support/image_files.h"
#include "support/shared.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;

/// A picture whose pixel at (row, column) is 16 row + column: a patch says where it comes from.
std::string map_png(int64_t height, int64_t width) {
  const Tensor rows = at::arange(height).view({-1, 1}) * 16;
  return testing::encode_png((rows + at::arange(width)).to(at::kByte).unsqueeze(0));
}

/// A folder with pictures of 5x7 and 9x4 pixels.
class Patches : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::write_bytes(folder_ / "a.png", map_png(5, 7));
    testing::write_bytes(folder_ / "b.png", map_png(9, 4));
    options_.name = folder_.path();
    options_.patch = 4;
    options_.held_out = 0;
  }
  RandomPatches random(const PatchOptions& how) const {
    PictureSet set = open_pictures(options_, Split::train);
    return {std::move(set.pictures), how, std::move(set.info)};
  }

  TempDir folder_;
  DataOptions options_;
};

// 2 x 4 places in the one picture, 6 x 1 in the other.
TEST_F(Patches, EveryPlaceIsEquallyLikely) {
  const RandomPatches patches = random({.side = 4});
  constexpr int64_t kDraws = 14000;
  const Tensor x = patches.read(index_range(0, kDraws));
  ASSERT_EQ(x.sizes(), at::IntArrayRef({kDraws, 1, 4, 4}));
  std::map<std::pair<int, int>, int> counts;
  for (int64_t i = 0; i < kDraws; ++i) {
    const Tensor bytes = (x[i][0] * 255).round();
    EXPECT_TRUE(at::equal(bytes - bytes[0][0], at::arange(4).view({-1, 1}) * 16. + at::arange(4)));
    const int corner = bytes[0][0].item<int>();
    ++counts[{corner / 16, corner % 16}];
  }
  // (0, 0) and (1, 0) are in both pictures.
  ASSERT_EQ(counts.size(), 12U);
  for (const auto& [corner, count] : counts) {
    const double expected = corner.second == 0 && corner.first <= 1 ? 2000 : 1000;
    EXPECT_NEAR(count, expected, 5 * std::sqrt(expected)) << corner.first << " " << corner.second;  // false alarm 1e-5
  }
}

TEST_F(Patches, AreAFunctionOfTheirIndex) {
  const RandomPatches patches = random({.side = 3, .turn = true, .scales = {1, 0.75}});
  const Tensor together = patches.read(index_range(0, 50));
  for (const int64_t i : {49, 0, 17}) EXPECT_TRUE(at::equal(patches.read(std::vector<int64_t>{i})[0], together[i]));
  const RandomPatches again = random({.side = 3, .turn = true, .scales = {1, 0.75}});
  EXPECT_TRUE(at::equal(again.read(index_range(0, 50)), together));
  EXPECT_FALSE(at::equal(together.narrow(0, 0, 25), together.narrow(0, 25, 25)));
}

TEST_F(Patches, LieInAllEightWays) {
  const RandomPatches patches = random({.side = 4, .turn = true});
  std::set<std::pair<int, int>> steps;  // to the right and down
  const Tensor x = (patches.read(index_range(0, 200)) * 255).round();
  for (int64_t i = 0; i < 200; ++i) {
    const Tensor at = x[i][0];
    steps.emplace((at[0][1] - at[0][0]).item<int>(), (at[1][0] - at[0][0]).item<int>());
  }
  const std::set<std::pair<int, int>> all{{1, 16}, {-1, 16}, {1, -16}, {-1, -16},
                                          {16, 1}, {-16, 1}, {16, -1}, {-16, -1}};
  EXPECT_EQ(steps, all);
}

// Steps of 32 instead of 16; less where the tent of the resizing is cut off at the edge.
TEST_F(Patches, OfASmallerScaleSeeMore) {
  const RandomPatches patches = random({.side = 2, .scales = {0.5}});
  const Tensor x = (patches.read(index_range(0, 20)) * 255);
  for (int64_t i = 0; i < 20; ++i) EXPECT_NEAR((x[i][0][1][0] - x[i][0][0][0]).item<float>(), 28, 5);
}

TEST_F(Patches, OfAGridLieBesideEachOther) {
  const auto grid = load_source(options_, Split::train);
  ASSERT_EQ(grid->size(), 3);  // one of the first picture, two of the second
  const Tensor x = (grid->read(index_range(0, 3)) * 255).round();
  EXPECT_EQ(x[0][0][0][0].item<int>(), 1);       // in the middle: 5x7 leaves a row and three columns
  EXPECT_EQ(x[2][0][0][0].item<int>(), 4 * 16);  // below the other
  EXPECT_EQ(grid->labels(std::vector<int64_t>{1}).item<int64_t>(), -1);
}

TEST_F(Patches, TrainingSeesNothingOfThePicturesSetAside) {
  options_.held_out = 1;
  const TrainingPatches patches = load_training_patches(options_);
  ASSERT_EQ(patches.held_out->size(), 1);
  EXPECT_EQ(patches.held_out->info().half_name(), "held-out");
  const auto set = open_pictures(options_, Split::train);
  const auto [kept, aside] = set_aside(set.pictures, 4, 1);
  ASSERT_EQ(kept.places.size(), 1U);
  ASSERT_EQ(aside.places.size(), 1U);
  const int64_t height = set.pictures.all->size_of(kept.places[0]).height;
  const Tensor x = (patches.train->read(index_range(0, 100)) * 255).round();
  EXPECT_LE(x.max().item<int>(), 16 * (height - 1) + 6);
  EXPECT_EQ(x.max().item<int>() > 4 * 16 + 6, height == 9);
}

// Else a training on a folder without halves would be judged by patches of pictures that it saw.
TEST_F(Patches, WhatIsUnseenIsWhatTrainingSetsAside) {
  options_.held_out = 1;
  const Tensor aside = load_training_patches(options_).held_out->read(index_range(0, 1));
  for (const auto& unseen : {load_unseen(options_), load_named_data(options_, options_.name, {1, 4, 4})}) {
    ASSERT_EQ(unseen->size(), 1);
    EXPECT_EQ(unseen->info().half_name(), "held-out");
    EXPECT_TRUE(at::equal(unseen->read(index_range(0, 1)), aside));
  }
  const PictureList expected = set_aside(open_pictures(options_, Split::train).pictures, 4, 1).second;
  for (const std::string& name : {options_.name, options_.name + "/test"})
    EXPECT_EQ(open_named_pictures(options_, name, 1).pictures.places, expected.places) << name;
  EXPECT_EQ(open_named_pictures(options_, options_.name + "/train", 1).pictures.places, index_range(0, 2));
}

TEST_F(Patches, BatchesReadAhead) {
  const auto source = std::make_shared<RandomPatches>(random({.side = 4}));
  const Batches batches(source, 8, 1, Flip::none);
  EXPECT_TRUE(at::equal(batches.read(3, 2, 4), source->read(index_range(3 * 8 + 2, 4))));
}

TEST_F(Patches, SayWhatDoesNotFit) {
  options_.patch = 8;
  expect_error([&] { load_training_patches(options_); }, "none of 2 pictures holds a square of 8 pixels");
  options_.patch = 4;
  options_.held_out = 3;
  expect_error([&] { load_training_patches(options_); }, "data.held_out = 3: 2 pictures have 3 patches of 4 pixels");
  options_.crop = 3;
  expect_error([&] { load_source(options_, Split::train); }, "leave data.crop, data.image_size and data.pad_to at 0");
  options_ = {.name = "mnist", .patch = 8};
  expect_error([&] { load_source(options_, Split::train); }, "'mnist' is a set of images of one size");
}

TEST(Bsds500, HasTheHalvesOfTheTable) {
  MDSM_NEEDS_SHARED("data/bsds500/bsds500.tar");
  DataOptions options{.name = "bsds500", .channels = 1, .patch = 64};
  EXPECT_EQ(open_pictures(options, Split::train).pictures.places.size(), 400U);
  const auto test = load_source(options, Split::test);
  EXPECT_EQ(test->size(), 100 * 7 * 5);
  EXPECT_EQ(test->info().datum_shape, (Shape{1, 64, 64}));
}

}  // namespace
}  // namespace mdsm
