// Every file of tests/fuzz/corpus through its reader: what a fuzzer once found stays found.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "fuzz/target.h"
#include "mdsm/system/memory.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMostMemory = int64_t{1} << 28;

fs::path corpus_of(const Target& target) { return fs::path(MDSM_SOURCE_DIR) / "tests/fuzz/corpus" / target.name; }

class Corpus : public ::testing::TestWithParam<Target> {};

TEST_P(Corpus, IsReadOrRefusedInALine) {
  const fs::path folder = corpus_of(GetParam());
  ASSERT_TRUE(fs::is_directory(folder)) << folder;
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().string());
    const std::string bytes = testing::read_bytes(entry.path());
    reset_peak_resident_bytes();
    const int64_t before = peak_resident_bytes();
    std::string said;
    EXPECT_NO_THROW(said = refusal(GetParam(), bytes));
    EXPECT_LT(peak_resident_bytes(), before + kMostMemory);
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 0) << said;
    EXPECT_LT(said.size(), 1000U) << said;
    ++count;
  }
  EXPECT_GT(count, 0);
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
