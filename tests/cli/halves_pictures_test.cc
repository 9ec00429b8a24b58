// Every command that reads data, on a set as people have it: which half it takes and what it says of pictures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/image_files.h"
#include "support/run_program.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

using testing::encode_png;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::run_program;
using testing::TempDir;
using Json = nlohmann::json;

/// A set of two classes without a test half, and a run trained on it that set four aside.
struct OwnSet {
  TempDir folder;
  std::string path = (folder / "photos").string();
  std::string run;

  OwnSet() {
    std::vector<testing::PackedFile> files;
    for (int i = 0; i < 24; ++i) {
      const at::Tensor image = at::arange(28 * 28).mul(i + 3).remainder(256).to(at::kByte).view({1, 28, 28});
      files.push_back({fmt::format("{}/{:02}.png", i < 12 ? "cat" : "dog", i), encode_png(image)});
    }
    testing::unpack(path, files);
    run = testing::train_tiny(folder, fmt::format("--set data.name={} --set data.held_out=4", path));
  }
};

const OwnSet& own_set() {
  static const OwnSet kSet;
  return kSet;
}

Outcome run_well(const std::string& arguments) {
  Outcome outcome = run_program(arguments + " --threads 1");
  EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
  return outcome;
}

TEST(Halves, EveryCommandTakesWhatTrainingSetAside) {
  const OwnSet& own = own_set();
  const TempDir folder;
  const std::string out = (folder / "out").string();
  for (const std::string& data : {own.path, own.path + "/test"}) {
    EXPECT_EQ(Json::parse(run_well("score " + own.run + " " + data + " --json").out)["n"], 4) << data;
    EXPECT_EQ(Json::parse(run_well("denoise " + own.run + " " + data + " --add-noise 0.1 --json -o " + out).out).size(),
              4U);
    EXPECT_EQ(Json::parse(run_well("restore " + own.run + " " + data + " --task inpaint --steps 2 --json").out)["n"],
              4);
  }
  EXPECT_EQ(Json::parse(run_well("score " + own.run + " " + own.path + "/train --json").out)["n"], 24);
  for (const char* what :
       {"energies", "noise-levels", "ood --against noise -n 4", "neighbours -n 2", "fid --features digits -n 4"}) {
    const Outcome outcome = run_well("evaluate " + own.run + " " + what + " --json");
    EXPECT_THAT(outcome.out, HasSubstr("the 4 data that training set aside")) << what;
  }
  EXPECT_THAT(run_well("score " + own.run + " " + own.path).err, HasSubstr("training set aside"));
}

TEST(Halves, EveryCommandRefusesWhatIsAmbiguous) {
  const OwnSet& own = own_set();
  const TempDir folder;
  const std::string mixed = (folder / "mixed").string();
  testing::unpack(mixed, {{"train/a.png", testing::grey_png(1, 28)},
                          {"test/a.png", testing::grey_png(2, 28)},
                          {"more/a.png", testing::grey_png(3, 28)}});
  for (const std::string& command :
       {"data inspect " + mixed, "data noise " + mixed, "score " + own.run + " " + mixed,
        "denoise " + own.run + " " + mixed + " --grid " + (folder / "g.png").string(),
        "restore " + own.run + " " + mixed + " --task inpaint", "evaluate " + own.run + " energies --images " + mixed,
        "evaluate " + own.run + " ood --against " + mixed,
        "evaluate --images " + mixed + " --reference mnist/test fid --features digits",
        "train " + testing::tiny(1) + " --set data.name=" + mixed + " --dry-run"}) {
    const Outcome outcome = run_program(command);
    EXPECT_EQ(outcome.code, 2) << command;
    EXPECT_THAT(outcome.err, HasSubstr("data.halves")) << command;
  }
  EXPECT_EQ(Json::parse(run_well("data inspect " + mixed + " --halves none --json").out)["size"], 3);
  EXPECT_EQ(Json::parse(run_well("data inspect " + mixed + " --halves folders --json").out)["size"], 1);
  EXPECT_EQ(Json::parse(run_well("score " + own.run + " " + mixed + "/more --json").out)["n"], 1)
      << "one image is a set";
}

/// A picture that lies on its side: a transparent row with a hidden dark colour, then levels from 100 on.
std::string turned_and_transparent(int shift) {
  std::string rows;
  for (int i = 0; i < 28 * 20; ++i) {
    rows.push_back(static_cast<char>(i < 28 ? 10 : 100 + (i * shift) % 100));
    rows.push_back(static_cast<char>(i < 28 ? 0 : 255));
  }
  const std::string png = encode_png(testing::PngPicture{.width = 28,
                                                         .height = 20,
                                                         .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA,
                                                         .rows = rows,
                                                         .palette = {},
                                                         .palette_alpha = {}});
  return testing::png_with_orientation(png, 6, true);
}

TEST(Pictures, EveryCommandReadsThemAlikeAndSaysSo) {
  const OwnSet& own = own_set();
  const TempDir folder;
  const std::string file = (folder / "a.png").string(), set = (folder / "set").string();
  testing::write_bytes(file, turned_and_transparent(7));
  testing::unpack(set, {{"x/a.png", turned_and_transparent(7)}, {"y/b.png", turned_and_transparent(11)}});
  const std::string out = (folder / "out").string();
  for (const std::string& data : {file, set}) {
    for (const std::string& command :
         {"data inspect " + data, "denoise " + own.run + " " + data + " -o " + out,
          "restore " + own.run + " " + data + " --task inpaint --steps 2 -o " + out,
          "restore " + own.run + " " + data + " --measured --task inpaint --steps 2 -o " + out}) {
      const Outcome outcome = run_well(command);
      EXPECT_THAT(outcome.out + outcome.err, HasSubstr("EXIF orientation")) << command;
      const bool own_form = data == file && command.starts_with("denoise");  // its opacity comes back in the result
      EXPECT_EQ((outcome.out + outcome.err).find("mixed with the background 255") == std::string::npos, own_form)
          << command;
    }
  }
  const Json found = Json::parse(run_well("data inspect " + file + " --json").out);
  EXPECT_EQ(found["shape"], Json({1, 28, 20}));
  EXPECT_NEAR(found["min"].get<double>(), 100 / 255., 0.1) << "the colour under the transparent pixels is not seen";
  EXPECT_EQ(found["max"], 1.0);
  const Json darker = Json::parse(run_well("data inspect " + file + " --background 51 --json").out);
  EXPECT_NEAR(darker["min"].get<double>(), 0.2, 1e-6);
  EXPECT_THAT(run_well("data noise " + set).err, HasSubstr("EXIF orientation"));
}

TEST(Pictures, TrainingCountsWhatItLeavesOut) {
  const OwnSet& own = own_set();
  const TempDir folder;
  const std::string copy = (folder / "photos").string(), run = (folder / "run").string();
  std::filesystem::copy(own.path, copy, std::filesystem::copy_options::recursive);
  testing::write_bytes(copy + "/cat/bad.png", "nothing");
  const std::string train =
      fmt::format("train {} --set data.name={} --set data.held_out=4 -o {}", testing::tiny(1), copy, run);
  const Outcome refused = run_program(train);
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("data.skip_unreadable"));
  run_well(train + " --set data.skip_unreadable=true");
  const std::string log = testing::read_bytes(run + "/log.txt");
  EXPECT_THAT(log, HasSubstr("1 of 25 images cannot be read"));
  EXPECT_THAT(log, HasSubstr("bad.png"));
}

TEST(Pictures, MasksSayWhatIsMissing) {
  const OwnSet& own = own_set();
  const TempDir folder;
  const std::string mask = (folder / "mask.png").string();
  const std::string restore =
      "restore " + own.run + " " + own.path + " -n 1 --task inpaint --steps 2 --json --mask " + mask;
  const auto draw = [&](const at::Tensor& pixels) { testing::write_bytes(mask, encode_png(pixels)); };
  at::Tensor half = at::zeros({1, 28, 28}, at::kByte);
  half.narrow(2, 0, 10).fill_(255);
  draw(half);
  Outcome outcome = run_well(restore);
  EXPECT_EQ(Json::parse(outcome.out)["missing_pixels"], 18 * 28);
  EXPECT_THAT(outcome.err, HasSubstr("504 of 784 pixels are missing"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("neither black nor white")));
  half.narrow(2, 10, 2).fill_(90);
  draw(half);
  EXPECT_THAT(run_well(restore).err, HasSubstr("56 pixels are neither black nor white"));
  draw(at::full({1, 28, 28}, 255, at::kByte));
  EXPECT_THAT(run_well(restore).err, HasSubstr("0 of 784 pixels are missing (it is white everywhere)"));
  draw(at::zeros({1, 28, 28}, at::kByte));
  outcome = run_program(restore);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("all 784 pixels are missing"));
  std::string rows;
  for (int i = 0; i < 28 * 28; ++i) rows += i % 4 == 0 ? std::string("\xff\x00", 2) : std::string("\xff\xff", 2);
  testing::write_bytes(mask, encode_png(testing::PngPicture{.width = 28,
                                                            .height = 28,
                                                            .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA,
                                                            .rows = rows,
                                                            .palette = {},
                                                            .palette_alpha = {}}));
  outcome = run_well(restore);
  EXPECT_THAT(outcome.err, HasSubstr("196 of 784 pixels are missing"));
  EXPECT_THAT(outcome.err, HasSubstr("transparent pixels, which count as missing"));
}

}  // namespace
}  // namespace mdsm
