// Every file of tests/fuzz/corpus through its reader: what a fuzzer once found stays found. Then files like them, changed at
// random: 300 of each reader, or MDSM_MUTATIONS.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <random>

#include "fuzz/mutate.h"
#include "fuzz/target.h"
#include "mdsm/system/memory.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMostMemory = int64_t{1} << 28;
constexpr double kLongest = 10;  // seconds of the processor: a busy machine is no hang

fs::path corpus_of(const Target& target) { return fs::path(MDSM_SOURCE_DIR) / "tests/fuzz/corpus" / target.name; }

void expect_read_or_refused(const Target& target, const std::string& bytes) {
  reset_peak_resident_bytes();
  const int64_t before = peak_resident_bytes();
  const std::clock_t begun = std::clock();
  std::string said;
  EXPECT_NO_THROW(said = refusal(target, bytes));
  EXPECT_LT(peak_resident_bytes(), before + kMostMemory);
  EXPECT_LT(static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC, kLongest);
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 0) << said;
  EXPECT_LT(said.size(), 1000U) << said;
}

class Corpus : public ::testing::TestWithParam<Target> {};

TEST_P(Corpus, IsReadOrRefusedInALine) {
  const fs::path folder = corpus_of(GetParam());
  ASSERT_TRUE(fs::is_directory(folder)) << folder;
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().string());
    expect_read_or_refused(GetParam(), testing::read_bytes(entry.path()));
    ++count;
  }
  EXPECT_GT(count, 0);
}

TEST_P(Corpus, ChangedFilesAreReadOrRefusedInALine) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(corpus_of(GetParam()))) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());  // the same changes everywhere
  std::vector<std::string> files;
  for (const fs::path& path : paths) files.push_back(testing::read_bytes(path));
  const char* told = std::getenv("MDSM_MUTATIONS");
  const int64_t count = told == nullptr ? 300 : std::atoll(told);
  std::mt19937_64 random(1);
  for (int64_t i = 0; i < count && !HasFailure(); ++i) {
    const std::string bytes = mutated(files, random);
    expect_read_or_refused(GetParam(), bytes);
    if (HasFailure()) testing::write_bytes(fs::path(::testing::TempDir()) / ("mutation-" + GetParam().name), bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, ::testing::ValuesIn(targets()),
                         [](const auto& each) { return each.param.name; });

/// A seed that is taken whole: a corpus of refusals alone would test the first check of each reader.
TEST(Corpus, EveryReaderTakesOneOfItsFiles) {
  for (const Target& target : targets()) {
    const fs::path folder = corpus_of(target);
    bool taken = false;
    for (const auto& entry : fs::directory_iterator(folder))
      taken = taken || refusal(target, testing::read_bytes(entry.path())).empty();
    EXPECT_TRUE(taken) << target.name;
  }
}

}  // namespace
}  // namespace mdsm::fuzz
