// What every command prints of points of the plane: in units of theirs, and nothing of pixels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/paths.h"
#include "support/run_here.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_here;
using testing::TempDir;
using Words = std::vector<std::string>;

Outcome run_well(const Words& words) {
  const Outcome outcome = run_here(words);
  EXPECT_EQ(outcome.code, 0) << fmt::format("{}", fmt::join(words, " ")) << "\n" << outcome.err;
  return outcome;
}

/// A planar energy of a few updates, and points of it.
struct Toy {
  Toy() {
    run_well({"train", MDSM_SOURCE_DIR "/experiments/toys/gaussian.toml", "-q", "--set", "train.steps=20", "--set",
              "train.batch=32", "--set", "train.evaluate_every=0", "-o", run});
    run_well({"sample", run, "-n", "40", "--set", "sample.steps=5", "-q", "-o", points});
  }
  TempDir folder;
  std::string run = (folder / "run").string();
  std::string points = (folder / "points.npy").string();
};

TEST(Units, OfVectorsNothingIsToldThatIsTrueOfPixelsAlone) {
  const Toy toy;
  const std::string grid = (toy.folder / "d.png").string(), array = (toy.folder / "d.npy").string();
  const std::vector<std::pair<Words, std::string>> commands{
      {{"score", toy.run, toy.points, "-o", array}, "nats a datum (2 dimensions)"},
      {{"score", toy.run, toy.points, "--by", "residual", "--json"}, "the data's own units"},
      {{"denoise", toy.run, toy.points, "--add-noise", "0.2", "-o", array},
       "sigma a dimension, in the data's own units"},
      {{"denoise", toy.run, toy.points, "--json", "-o", array}, "the data's own units"},
      {{"evaluate", toy.run, "noise-levels", "--images", toy.points}, "the data's own units"},
      {{"evaluate", toy.run, "trace", "-n", "4", "--steps", "5"}, "nats a datum (2 dimensions)"},
      {{"evaluate", toy.run, "energies", "--images", toy.points, "--reference", toy.points}, "nats a datum"},
      {{"evaluate", toy.run, "neighbours", "--images", toy.points, "--reference", toy.points, "-n", "8"},
       "euclidean, the data's own units"},
      {{"evaluate", toy.run, "ood", "--images", toy.points, "--against", "ring", "-n", "20"}, "the data's own units"},
      {{"evaluate", toy.run, "likelihood", "--images", toy.points, "--chains", "8", "--temperatures", "8", "--fit",
        "100"},
       "the data's own units (vectors: no levels)"},
      {{"density", toy.run, "--side", "16", "-o", grid}, "nats"},
      {{"density", toy.run, "--side", "16", "--json"}, "nats a datum"},
      {{"data", "inspect", toy.points}, "values: the data's own units"},
      {{"data", "noise", toy.points}, "(in the data's own units)"}};
  for (const auto& [words, unit] : commands) {
    const Outcome outcome = run_well(words);
    const std::string what = fmt::format("{}", fmt::join(words, " "));
    EXPECT_THAT(outcome.out, HasSubstr(unit)) << what;
    EXPECT_THAT(outcome.out, Not(AnyOf(HasSubstr("pixel"), HasSubstr("[0, 255]"), HasSubstr("[0, 1]"),
                                       HasSubstr("PSNR"), HasSubstr(" dB"), HasSubstr("image"))))
        << what;
  }
}

TEST(Units, OfImagesTheConventionIsSaid) {
  const TempDir folder;
  const std::string array = (folder / "d.npy").string();
  const std::vector<std::pair<Words, std::string>> commands{
      {{"denoise", "mnist", "mnist/test", "-n", "1", "--add-noise", "0.2", "-o", array}, "PSNR in dB, of peak 1"},
      {{"restore", "mnist", "mnist/test", "-n", "1", "--task", "inpaint", "--steps", "2"}, "PSNR in dB, of peak 1"},
      {{"score", "mnist", "mnist/test", "-n", "2", "-o", array}, "nats a datum (1024 dimensions)"},
      {{"data", "inspect", "mnist/test"}, "values: pixels in [0, 1]"},
      {{"data", "noise", "mnist/test", "-n", "50"}, "(in pixels in [0, 1])"}};
  for (const auto& [words, unit] : commands)
    EXPECT_THAT(run_well(words).out, HasSubstr(unit)) << fmt::format("{}", fmt::join(words, " "));
}

}  // namespace
}  // namespace mdsm
