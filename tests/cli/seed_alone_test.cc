// Equal bytes for a seed, however the program is asked for it.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::read_bytes;
using testing::run_program;
using testing::TempDir;
using testing::trained_run;

void expect_same_pictures(const fs::path& folder, const fs::path& all, size_t count) {
  size_t found = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    ++found;
    const fs::path same = all / entry.path().filename();
    ASSERT_TRUE(fs::exists(same)) << same;
    EXPECT_EQ(read_bytes(entry.path()), read_bytes(same)) << entry.path();
  }
  EXPECT_EQ(found, count);
}

void run_well(const std::string& arguments) {
  const Outcome outcome = run_program(arguments);
  ASSERT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
}

class SeedAloneProgram : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Precision, SeedAloneProgram, ::testing::Values("fp32", "bf16"));

TEST_P(SeedAloneProgram, RangesOfSeedsMeetInOneFolder) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const std::string common = fmt::format("sample {} -q --precision {} --steps 5 ", trained_run(), GetParam());
  run_well(common + "-n 12 -o " + path("all"));
  run_well(common + "--seeds 0-4 --batch 5 --threads 1 -o " + path("parts"));
  run_well(common + "--seeds 5-9 --batch 1 -o " + path("parts"));
  run_well(common + "--seeds 11,10 --batch 64 --threads 2 -o " + path("parts"));
  expect_same_pictures(folder / "parts", folder / "all", 12);
}

TEST_P(SeedAloneProgram, RestorationsAndDenoisedImages) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const std::string run = fmt::format("{} mnist/test -q --precision {} ", trained_run(), GetParam());
  run_well("restore " + run + "-n 6 --task superres --sigma 0.1 --steps 5 --threads 2 -o " + path("six"));
  run_well("restore " + run + "-n 6 --task superres --sigma 0.1 --steps 5 --threads 1 --batch 1 -o " + path("one"));
  size_t pictures = 0;
  for (const auto& entry : fs::directory_iterator(folder / "six")) {
    if (entry.path().extension() != ".png") continue;
    ++pictures;
    EXPECT_EQ(read_bytes(entry.path()), read_bytes(folder / "one" / entry.path().filename())) << entry.path();
  }
  EXPECT_GE(pictures, 6U);
  run_well("denoise " + run + "-n 6 --add-noise 0.3 --threads 2 -o " + path("clean.npy"));
  run_well("denoise " + run + "-n 6 --add-noise 0.3 --threads 1 -o " + path("again.npy"));
  EXPECT_EQ(read_bytes(folder / "clean.npy"), read_bytes(folder / "again.npy"));
}

TEST_P(SeedAloneProgram, Scores) {
  const TempDir folder;
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const std::string common = fmt::format("score {} mnist/test -q -n 40 --precision {} ", trained_run(), GetParam());
  run_well(common + "--out " + path("a.csv"));
  run_well(common + "--batch 7 --threads 1 --out " + path("b.csv"));
  EXPECT_EQ(read_bytes(folder / "a.csv"), read_bytes(folder / "b.csv"));
}

}  // namespace
}  // namespace mdsm
