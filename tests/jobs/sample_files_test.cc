// Samples in files, and the frames of an animation.
#include "mdsm/jobs/sample_files.h"

#include <gtest/gtest.h>

#include <numeric>

#include "jobs/trained.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "mdsm/jobs/frames.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;
using testing::trained_gaussian;

const SampleOptions kQuick{.sampler = "langevin", .steps = 9, .batch = 2};
const std::vector<uint64_t> kSeeds{3, 4, 5};

TEST(SampleFiles, AreWrittenAndNamed) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const SampleFiles files{path("out"), path("g.png"), path("t.csv"), path("a.png"), 4};
  const DrawnFiles made = draw_to_files(trained_gaussian({1, 6, 5}), kQuick, kSeeds, files);
  EXPECT_EQ(made.written, (std::vector<std::string>{files.out, files.grid, files.animate}));
  EXPECT_EQ(read_png_text(folder / "out/000004.png").at("seed"), "4");
  EXPECT_EQ(read_png_text(folder / "g.png").at("seed"), "3-5");
  EXPECT_EQ(read_png_text(folder / "a.png").at("gradients"), "9");
  EXPECT_EQ(read_bytes(folder / "t.csv").substr(0, 14), "step,gradients");
  const DrawnFiles array = draw_to_files(trained_gaussian({2}), kQuick, kSeeds, {.out = path("x.npy")});
  EXPECT_TRUE(at::equal(read_npy(folder / "x.npy"), array.drawn.samples));
}

TEST(SampleFiles, ATraceSaysHowFarChainsHaveSettled) {
  const TempDir folder;
  const SampleOptions constant{
      .sampler = "langevin", .steps = 60, .schedule = "constant", .temperature = 1, .batch = 2};
  const auto notes = [&](const SampleOptions& options, const std::string& trace) {
    const SampleFiles files{.out = (folder / "x.npy").string(), .trace = trace};
    return about_chains(draw_to_files(trained_gaussian({2}), options, kSeeds, files).drawn);
  };
  const std::string trace = (folder / "t.csv").string();
  ASSERT_EQ(notes(constant, trace).size(), 1U);
  EXPECT_EQ(notes(constant, trace)[0].find("energies of the last 30 steps of 3 chains: R-hat"), 0U);
  EXPECT_TRUE(notes(constant, "").empty());
  EXPECT_TRUE(notes(kQuick, trace).empty()) << "an anneal";
}

TEST(SampleFiles, AStopKeepsWhatWasDone) {
  const TempDir folder;
  const std::string out = (folder / "x.npy").string();
  const Watch stopping(nullptr, [left = 11]() mutable { return --left <= 0; });  // of 8 steps a batch
  const DrawnFiles made = draw_to_files(trained_gaussian(), kQuick, kSeeds, {.out = out}, stopping);
  EXPECT_EQ(made.drawn.samples.size(0), 2);
  EXPECT_EQ(read_npy(out).size(0), 2);
}

TEST(SampleFiles, WhatCannotBeWrittenIsSaidBefore) {
  const auto wrong = [](const SampleFiles& files, const Shape& shape, const std::string& text) {
    expect_error([&] { require_files(files, shape); }, text);
  };
  wrong({.out = "folder"}, {2}, "Write an array X.npy");
  wrong({.grid = "g.jpg"}, {1, 4, 4}, "ends in .png");
  wrong({.grid = "/nowhere/g.png"}, {1, 4, 4}, "Make it first");
  wrong({.animate = "a.gif"}, {1, 4, 4}, "ends in .png or .apng");
  require_files({.out = "x.npy"}, {2});
}

TEST(Frames, AreSpreadEvenlyAndEndWithTheSamples) {
  FrameRecorder frames(4);
  const Drawn drawn = draw_samples(*trained_gaussian().energy, kQuick, 0.1, kSeeds, {.observer = &frames});
  const auto kept = frames.frames();
  ASSERT_EQ(kept.size(), 4U);
  EXPECT_EQ(kept[0].gradients, 0);
  EXPECT_EQ(kept[1].gradients, 3);
  EXPECT_EQ(kept[2].gradients, 6);
  EXPECT_EQ(kept[3].gradients, 9);
  EXPECT_TRUE(std::isnan(kept[3].temperature));
  EXPECT_EQ(kept[0].temperature, 100);
  EXPECT_EQ(kept[3].x.sizes(), drawn.samples.sizes()) << "of both batches";
  EXPECT_EQ(frames.grids().size(0), 4);
  EXPECT_FALSE(FrameRecorder(3).grids().defined());
}

}  // namespace
}  // namespace mdsm
