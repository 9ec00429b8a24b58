#include "mdsm/data/fetch/fetch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "support/expect_error.h"
#include "support/fetch_fixture.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::write_bytes;

class FetchResumeTest : public testing::FetchFixture {};

TEST_F(FetchResumeTest, ContinuesWhereTheConnectionDropped) {
  EXPECT_EQ(fetch(remote({"drop"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  const auto seen = requests();
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen[0].range, "");
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(seen[i].range, fmt::format("bytes={}-", static_cast<int64_t>(i) * kQuarter));
    EXPECT_EQ(seen[i].if_range, "\"v2\"");
  }
}

TEST_F(FetchResumeTest, AnotherRunContinuesWithAnotherMirror) {
  FetchOptions once = quick();
  once.attempts = 1;
  expect_error([&] { (void)fetch(remote({"drop"}), folder(), once); }, "no mirror delivers it", Fault::failure);
  EXPECT_FALSE(std::filesystem::exists(final_path()));
  EXPECT_EQ(std::filesystem::file_size(part_path()), static_cast<size_t>(kQuarter));
  EXPECT_EQ(fetch(remote({"good"}), folder(), once), FetchOutcome::downloaded);
  expect_delivered();
  const auto seen = requests();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1].range, fmt::format("bytes={}-", kQuarter));
  EXPECT_EQ(seen[1].if_range, "");  // the ETag is the other mirror's
}

TEST_F(FetchResumeTest, WithoutChecksumAValidatorIsNeededToContinue) {
  RemoteFile tagged = remote({"drop"});
  tagged.sha256.clear();
  EXPECT_EQ(fetch(tagged, folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  std::filesystem::remove(final_path());
  RemoteFile bare = remote({"drop-bare", "good"});
  bare.sha256.clear();
  EXPECT_EQ(fetch(bare, folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  const auto seen = requests();
  ASSERT_EQ(seen.size(), 4U + 4U + 1U);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(seen[i].range.empty(), i == 0);
  for (size_t i = 4; i < 9; ++i) EXPECT_EQ(seen[i].range, "") << i;  // another mirror proves nothing either
}

TEST_F(FetchResumeTest, ALargeFileMayComeInManyPieces) {
  std::string large;
  for (int i = 0; i < 40; ++i) large += payload();
  const RemoteFile file{"set.bin", {url("crumbs")}, static_cast<int64_t>(large.size()), sha256_of(large)};
  FetchOptions options = quick();
  options.attempts = 2;
  EXPECT_EQ(fetch(file, folder(), options), FetchOutcome::downloaded);
  EXPECT_TRUE(read_bytes(final_path()) == large);
  EXPECT_EQ(requests().size(), 7U);  // more than two, for each brought more than a mebibyte
}

TEST_F(FetchResumeTest, AServerThatIgnoresRangeStartsOver) {
  EXPECT_EQ(fetch(remote({"drop-ignore", "ignore"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  const auto seen = requests();
  ASSERT_EQ(seen.size(), 5U);  // four vain attempts, for the part never grows beyond its first quarter
  EXPECT_EQ(seen.back().range, fmt::format("bytes={}-", kQuarter));
}

TEST_F(FetchResumeTest, ARangeFromElsewhereIsNotAppended) {
  RemoteFile file = remote({"shift"});
  file.size = -1;  // neither size nor checksum could tell
  file.sha256.clear();
  EXPECT_EQ(fetch(file, folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  const auto seen = requests();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[1].range, fmt::format("bytes={}-", kQuarter));
  EXPECT_EQ(seen[2].range, "");
}

TEST_F(FetchResumeTest, AFileThatChangedIsFetchedAnew) {
  EXPECT_EQ(fetch(remote({"changed"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  EXPECT_EQ(requests().size(), 2U);  // If-Range made the server send everything at once
}

TEST_F(FetchResumeTest, AMixtureOfVersionsIsFoundByItsChecksum) {
  EXPECT_EQ(fetch(remote({"changed-bare"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  EXPECT_EQ(requests().size(), 3U);  // old quarter, new rest, all of it
}

TEST_F(FetchResumeTest, AnInterruptKeepsThePart) {
  bool interrupt = false;
  const Watch watch([&](double fraction, std::string_view) { interrupt = fraction >= 0.1; }, [&] { return interrupt; });
  expect_error([&] { (void)fetch(remote({"slow"}), folder(), quick(), watch); }, "set.bin: interrupted",
               Fault::interrupted);
  EXPECT_FALSE(std::filesystem::exists(final_path()));
  const auto kept = static_cast<int64_t>(std::filesystem::file_size(part_path()));
  EXPECT_GE(kept, 20000);
  EXPECT_LT(kept, static_cast<int64_t>(kSize));
  EXPECT_EQ(fetch(remote({"good"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  EXPECT_EQ(requests().back().range, fmt::format("bytes={}-", kept));
}

TEST_F(FetchResumeTest, APartThatIsTooLongIsThrownAway) {
  std::filesystem::create_directories(folder());
  write_bytes(part_path(), payload() + "more");
  EXPECT_EQ(fetch(remote({"good"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  ASSERT_EQ(requests().size(), 1U);
  EXPECT_EQ(requests()[0].range, "");
}

TEST_F(FetchResumeTest, AWholePartNeedsNoDownload) {
  std::filesystem::create_directories(folder());
  write_bytes(part_path(), payload());
  EXPECT_EQ(fetch(remote({"good"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  EXPECT_TRUE(requests().empty());
}

TEST_F(FetchResumeTest, APartOfUnknownSizeBeyondTheEndStartsOver) {
  std::filesystem::create_directories(folder());
  write_bytes(part_path(), payload());
  RemoteFile file = remote({"good"});
  file.size = -1;
  EXPECT_EQ(fetch(file, folder(), quick()), FetchOutcome::downloaded);  // 416, then all of it
  expect_delivered();
  EXPECT_EQ(requests().size(), 2U);
}

TEST_F(FetchResumeTest, TwoProcessesDoNotShareAPart) {
  std::filesystem::create_directories(folder());
  const int other = open(part_path().c_str(), O_RDWR | O_CREAT, 0644);
  ASSERT_EQ(flock(other, LOCK_EX), 0);
  expect_error([&] { (void)fetch(remote({"good"}), folder(), quick()); }, "another process", Fault::failure);
  close(other);
  EXPECT_EQ(fetch(remote({"good"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
}

}  // namespace
}  // namespace mdsm
