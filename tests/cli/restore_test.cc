// `mdsm restore` as its users meet it, and what `mdsm denoise` does with a border that is the energy's alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mdsm/data/subset.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "support/expect_close.h"
#include "support/run_program.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::run_program;
using testing::TempDir;

/// A tiny energy of 28 x 28 digits padded to 32 x 32.
const std::string& restored_run() {
  static const TempDir kFolder;
  static const std::string kRun = testing::train_tiny(kFolder, "--set energy.kind=resnet --set data.pad_to=32");
  return kRun;
}

Outcome restore(const std::string& arguments) { return run_program("restore " + restored_run() + " " + arguments); }

/// The restoration as one JSON object.
json restored(const std::string& arguments) {
  const Outcome outcome = restore(arguments + " --json");
  EXPECT_EQ(outcome.code, 0) << arguments << outcome.err;
  return json::parse(outcome.out, nullptr, /*allow_exceptions=*/false);
}

TEST(Restore, EveryTaskGivesFiguresForOursAndBothOthers) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"inpaint", "harmonic"},
      {"inpaint --mask left-half", "harmonic"},
      {"inpaint --mask box --fraction 0.4", "harmonic"},
      {"inpaint --mask random --sigma 0.1", "tv"},
      {"superres --factor 4", "bicubic"},
      {"deblur --sigma 0.02", "tv"},
      {"deblur --kernel box --blur 3 --boundary circular", "tv"},
      {"cs --fraction 0.3", "tv"},
      {"denoise --sigma 0.3", "tv"}};
  for (const auto& [task, baseline] : cases) {
    const json result = restored("mnist/test -n 2 --steps 3 --task " + task);
    EXPECT_EQ(result["n"], 2) << task;
    EXPECT_EQ(result["baseline"], baseline) << task;
    for (const char* which : {"ours", "pseudo_inverse", "classical"}) {
      EXPECT_TRUE(result[which]["psnr"].is_number()) << task << which;
      EXPECT_TRUE(result[which]["ssim"].is_number()) << task << which;
    }
    EXPECT_EQ(result["images"].size(), 2U);
    EXPECT_EQ(result["gradients"], task.find("denoise") == 0 ? 3 : 2);  // a level takes two, but for denoising
  }
}

// The pseudo-inverse's figures of in-painting by hand: the missing half is black.
TEST(Restore, TakesAllOfAFolderOfFewUnlessTold) {
  const TempDir folder;
  ASSERT_EQ(run_program("sample mnist -n 3 --steps 3 -q --out " + (folder / "three").string()).code, 0);
  const std::string task = (folder / "three").string() + " --steps 3 --task inpaint";
  EXPECT_EQ(restored(task)["n"], 3);
  const Outcome more = restore(task + " -n 4");
  EXPECT_EQ(more.code, 2);
  EXPECT_THAT(more.err, HasSubstr("4 images asked for (there are 3)"));
}

TEST(Restore, MeasuresInTheImagesOwnFrame) {
  const json result = restored("mnist/test -n 1 --steps 2 --task inpaint");
  const Tensor x = read_npy([&] {
    static const TempDir kFolder;
    const std::string file = (kFolder / "x.npy").string();
    EXPECT_EQ(restore("mnist/test -n 1 --task denoise --sigma 1e-6 --steps 1 -o " + file).code, 0);
    return file;
  }());
  EXPECT_EQ(x.sizes(), at::IntArrayRef({1, 1, 1, 28, 28}));
  const Tensor error = x[0][0][0].narrow(1, 14, 14).clamp(0, 1).to(at::kDouble).square().sum() / 784;
  EXPECT_NEAR(result["pseudo_inverse"]["psnr"].get<double>(), -10 * std::log10(error.item<double>()), 0.01);
}

/// What the command calls two of MNIST's test images: by their places.
std::vector<std::string> two_of_mnist() {
  std::vector<std::string> names;
  for (const int64_t place : subset_of(int64_t{10000}, 2)) names.push_back(fmt::format("mnist-{:06}", place));
  return names;
}

TEST(Restore, WritesPicturesAndKeepsWhatWasMeasured) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const Outcome outcome = restore(
      fmt::format("mnist/test -n 2 --task inpaint --samples 3 --steps 2 --grid {} -o {}", path("g.png"), path("out")));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("mean of 2"));
  // Truth, measurement, classical, three, mean, spread: eight of 28 pixels and two between.
  EXPECT_EQ(read_image(path("g.png")).sizes(), at::IntArrayRef({1, 62, 242}));
  EXPECT_EQ(read_png_text(path("g.png")).at("task"), "inpaint");
  const std::vector<std::string> names = two_of_mnist();
  const Tensor first = read_image(folder / "out" / (names[0] + "-0.png"));
  const Tensor second = read_image(folder / "out" / (names[0] + "-1.png"));
  EXPECT_TRUE(at::equal(first.narrow(2, 0, 14), second.narrow(2, 0, 14)));
  EXPECT_FALSE(at::equal(first, second));
  EXPECT_TRUE(fs::exists(folder / "out" / (names[1] + "-mean.png")));
}

TEST(Restore, DamagedFilesAreRestoredAsTheyAre) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  write_png(path("small.png"), at::full({1, 7, 7}, 128, at::kByte));
  write_png(path("hole.png"), at::full({1, 28, 28}, 200, at::kByte));
  Tensor mask = at::full({3, 28, 28}, 255, at::kByte);
  mask.narrow(1, 5, 10).zero_();
  write_png(path("mask.png"), mask);
  ASSERT_EQ(restore(fmt::format("{} --measured --task superres --steps 2 -o {}", path("small.png"), path("a"))).code,
            0);
  const Tensor large = read_image(folder / "a/small.png");
  EXPECT_EQ(large.sizes(), at::IntArrayRef({1, 28, 28}));
  const json hole = restored(fmt::format("{} --measured --task inpaint --mask {} --steps 2 -o {}", path("hole.png"),
                                         path("mask.png"), path("b")));
  EXPECT_FALSE(hole.contains("ours")) << "there is no truth";
  const Tensor filled = read_image(folder / "b/hole.png");
  EXPECT_TRUE((filled.narrow(1, 0, 5) == 200).all().item<bool>());
  EXPECT_FALSE((filled.narrow(1, 5, 10) == 200).all().item<bool>());
}

TEST(Restore, TheSeedDecidesWhateverTheBatch) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const std::string common = "mnist/test -n 3 --task cs --steps 3 ";
  ASSERT_EQ(restore(common + "-o " + path("a.npy")).code, 0);
  ASSERT_EQ(restore(common + "--batch 2 -o " + path("b.npy")).code, 0);
  ASSERT_EQ(restore(common + "--seed 1 -o " + path("c.npy")).code, 0);
  testing::expect_close(read_npy(path("b.npy")), read_npy(path("a.npy")), 1e-3);
  EXPECT_FALSE(at::allclose(read_npy(path("c.npy")), read_npy(path("a.npy"))));
}

TEST(Restore, WrongRequestsAreErrors) {
  const TempDir folder;
  const std::string mask = (folder / "mask.png").string();
  write_png(mask, at::full({1, 20, 20}, 255, at::kByte));
  const std::vector<std::pair<std::string, std::string>> cases{
      {"mnist/test --task decolor", "three channels"},
      {"mnist/test --task inpaint --mask " + mask, "20 x 20 pixels (the images have 28 x 28)"},
      {"mnist/test --task inpaint --mask right-hlaf", "Did you mean 'right-half'?"},
      {"mnist/test --task superres --factor 29", "28 x 28 by a factor of 29"},
      {"mnist/test --task denoise", "Pass --sigma"},
      {"mnist/test --task inpiant", "inpaint"},
      {"mnist/test --task inpaint --solver ancestrl", "Did you mean 'ancestral'?"},
      {"mnist/test --task inpaint --set restore.repeat=2", "Did you mean 'repeats'?"},
      {"mnist/test --task inpaint --baseline bicubic", "Take tv"},
      {"mnist/test --task inpaint --measured", "--out or --grid"},
      {"mnist/tset --task inpaint", "neither a known data set"},
      {"mnist/test -n 10001 --task inpaint", "there are 10000"},
      {"mnist/test --task cs --measured -o x.npy", "no images"}};
  for (const auto& [arguments, part] : cases) {
    const Outcome outcome = restore(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_THAT(outcome.err, HasSubstr(part)) << arguments;
    EXPECT_EQ(outcome.out, "") << arguments;
  }
}

// One function measures both: what the page shows is what the command prints.
TEST(Restore, TheReportsNumbersAreTheCommands) {
  const TempDir folder;
  const std::string page = (folder / "r.html").string();
  ASSERT_EQ(run_program("report -q -n 8 --samples 4 --chain own " + restored_run() + " -o " + page).code, 0);
  const std::string html = testing::read_bytes(page);
  for (const char* task : {"inpaint", "superres"}) {
    const json result = restored(fmt::format("mnist/test -n 8 --task {}", task));
    for (const char* which : {"ours", "classical"}) {
      for (const auto& [name, figures] : {std::pair{"psnr", 4}, std::pair{"ssim", 3}}) {
        const std::string cell = fmt::format(">{:.{}g}<", result[which][name].get<double>(), figures);
        EXPECT_THAT(html, HasSubstr(cell)) << task << which << name;
      }
    }
  }
}

// 28 x 28 pixels go in and come out; the noise is that of these pixels, whatever the border.
TEST(Denoise, KeepsTheImagesOwnFrame) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const Outcome outcome = run_program(fmt::format("denoise {} mnist/test -n 2 --add-noise 0.4 --json --grid {} -o {}",
                                                  restored_run(), path("g.png"), path("out")));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json rows = json::parse(outcome.out);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_GT(rows[0]["sigma"].get<double>(), 0);
  EXPECT_TRUE(rows[0]["psnr"].is_number());
  const std::vector<std::string> names = two_of_mnist();
  EXPECT_EQ(read_image(folder / "out" / (names[1] + ".png")).sizes(), at::IntArrayRef({1, 28, 28}));
  EXPECT_EQ(read_image(path("g.png")).sizes(), at::IntArrayRef({1, 70, 104})) << "truth, noisy, denoised";
  const Outcome file = run_program(fmt::format("denoise {} {} --steps 3 -o {}", restored_run(),
                                               path("out/") + names[0] + "-noisy.png", path("again")));
  ASSERT_EQ(file.code, 0) << file.err;
  EXPECT_EQ(file.out.find("PSNR"), std::string::npos) << "there is no truth";
  EXPECT_EQ(read_image(folder / "again" / (names[0] + "-noisy.png")).sizes(), at::IntArrayRef({1, 28, 28}));
  const Outcome nowhere = run_program(fmt::format("denoise {} {}", restored_run(), path("g.png")));
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("Pass --out"));
}

}  // namespace
}  // namespace mdsm
