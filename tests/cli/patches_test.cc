// Every command that takes images, with a run that was trained on patches and photographs of two sizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <algorithm>

#include "mdsm/formats/image_file.h"
#include "mdsm/formats/npy.h"
#include "support/image_files.h"
#include "support/run_program.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::run_program;
using testing::TempDir;

/// Smooth pictures, tall and wide.
class PatchRun {
 public:
  PatchRun() {
    for (int64_t i = 0; i < 4; ++i) {
      write("train", i, 40 + i, 60);
      write("test", i, i % 2 == 0 ? 36 : 50, i % 2 == 0 ? 50 : 36);
    }
    const Outcome outcome = run_program(fmt::format(
        "train {} --set data.name={} --set data.channels=1 --set data.pad_to=0 --set data.patch=16 --set data.held_out=0 "
        "--set energy.kind=unet --set 'energy.multipliers=[1,2]' -o {}",
        testing::tiny(2), (folder_ / "pictures").string(), run()));
    if (outcome.code != 0) throw std::runtime_error(outcome.err);
  }
  std::string run() const { return (folder_ / "run").string(); }
  std::string tests() const { return (folder_ / "pictures/test").string(); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  void write(const std::string& half, int64_t number, int64_t height, int64_t width) const {
    std::filesystem::create_directories(folder_ / "pictures" / half);
    const Tensor rows = at::linspace(0, 255, height).view({-1, 1});
    const Tensor columns = (at::linspace(0, 5 + static_cast<double>(number), width).sin() + 1) * 120;
    testing::write_bytes(folder_ / "pictures" / half / fmt::format("{}.png", number),
                         testing::encode_png(((rows + columns) / 2).to(at::kByte).unsqueeze(0)));
  }

  TempDir folder_;
};

const PatchRun& patches() {
  static const PatchRun kRun;
  return kRun;
}

/// \param arguments  "{}" is the run
Outcome program(const std::string& command, const std::string& arguments) {
  return run_program(command + " " + patches().run() + " " + arguments);
}

TEST(PatchRun, RestoresPicturesOfTwoSizesInOneCall) {
  const std::string out = patches().path("restored");
  const Outcome outcome =
      program("restore",
              fmt::format("{} --task superres --factor 4 --steps 4 --samples 2 --json -o {}", patches().tests(), out));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err,
              HasSubstr("36 x 50 the last rows and columns are left out, so that 4 divides them: 36 x 48"));
  const json found = json::parse(outcome.out);
  ASSERT_EQ(found["images"].size(), 4U);
  EXPECT_EQ(found["images"][1]["height"], 48);
  EXPECT_TRUE(found["images"][3]["ours_mean"]["psnr"].is_number());
  EXPECT_THAT(found["convention"].get<std::string>(), HasSubstr("no border left out"));
  EXPECT_EQ(read_image(out + "/" + found["images"][1]["name"].get<std::string>() + "-mean.png").sizes(),
            at::IntArrayRef({1, 48, 36}));
  const Outcome grid = program(
      "restore", fmt::format("{} --task deblur --steps 2 --grid {}", patches().tests(), patches().path("g.png")));
  EXPECT_EQ(grid.code, 2);
  EXPECT_THAT(grid.err, HasSubstr("one file for images of several sizes"));
}

TEST(PatchRun, ScoresWholePicturesAPixel) {
  const Outcome outcome = program("score", patches().tests() + "/2.png " + patches().tests());
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("index,name,height,width,energy,energy_per_pixel\n0,"));
  EXPECT_THAT(outcome.out, HasSubstr("1.png,50,36,"));
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 6);
  const Outcome typical = program("score", patches().tests() + " --by typicality --json");
  ASSERT_EQ(typical.code, 0) << typical.err;
  EXPECT_EQ(json::parse(typical.out)["n"], 4);
  EXPECT_THAT(typical.out, HasSubstr("nats a pixel"));
  const Outcome squares = program("score", patches().tests() + " --patches");
  ASSERT_EQ(squares.code, 0) << squares.err;
  EXPECT_EQ(std::count(squares.out.begin(), squares.out.end(), '\n'), 1 + 4 * 2 * 3) << "squares of 16 in 36 x 50";
  const Outcome gradients =
      program("score", fmt::format("{} --by gradient -o {}", patches().tests(), patches().path("g.npy")));
  EXPECT_EQ(gradients.code, 2);
  EXPECT_THAT(gradients.err, HasSubstr("--patches"));
}

TEST(PatchRun, SamplesOfTwoSizes) {
  const auto drawn = [&](const std::string& more) {
    const std::string file = patches().path("x.npy");
    const Outcome outcome = program("sample", fmt::format("-n 2 --steps 3 -q {} -o {}", more, file));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return read_npy(file);
  };
  EXPECT_TRUE(at::equal(drawn("--size 16x16"), drawn("")));
  EXPECT_EQ(drawn("--size 24x40").sizes(), at::IntArrayRef({2, 1, 24, 40}));
  const Outcome wrong = program("sample", "--size 24by40");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("expected HEIGHTxWIDTH"));
}

TEST(PatchRun, EvaluationsTakeTheSquaresOfPicturesOfManySizes) {
  const std::string small = patches().path("small");
  std::filesystem::create_directories(small);
  testing::write_bytes(small + "/0.png", testing::encode_png(at::full({1, 15, 40}, 9, at::kByte)));
  testing::write_bytes(small + "/1.png", testing::encode_png(at::full({1, 20, 40}, 9, at::kByte)));
  const Outcome ood = program("evaluate", "ood --json -n 2 --against " + small);
  ASSERT_EQ(ood.code, 0) << ood.err;
  EXPECT_THAT(ood.err, HasSubstr("1 of 2 pictures hold no square of 16 pixels and are left out"));
  EXPECT_EQ(json::parse(ood.out)["detection"].size(), 7U);
  const Outcome energies = program("evaluate", "energies --json -n 6");
  ASSERT_EQ(energies.code, 0) << energies.err;
  EXPECT_EQ(json::parse(energies.out)["n_test"], 6);
  const Outcome other = program("evaluate", "ood -n 2 --against mnist/test");
  EXPECT_EQ(other.code, 2) << "a set of images of one size has no squares";
  EXPECT_THAT(other.err, HasSubstr("data.patch = 16: 'mnist' is a set of images of one size"));
  EXPECT_EQ(std::count(other.err.begin(), other.err.end(), '\n'), 1) << other.err;
}

TEST(PatchRun, TheReportHasItsHistogramsAndRestorations) {
  const std::string page = patches().path("report.html");
  const Outcome outcome = program("report", "-q -n 4 --samples 4 --chain own -o " + page);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string html = testing::read_bytes(page);
  for (const char* part : {"noisy-energies", "restored-inpainting", "restored-superres"})
    EXPECT_THAT(html, HasSubstr(part));
}

}  // namespace
}  // namespace mdsm
