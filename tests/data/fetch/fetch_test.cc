#include "mdsm/data/fetch/fetch.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/fetch_fixture.h"

namespace mdsm {
namespace {

using std::chrono::milliseconds;
using testing::expect_error;
using ::testing::HasSubstr;
using testing::read_bytes;
using testing::write_bytes;

class FetchTest : public testing::FetchFixture {};

TEST_F(FetchTest, DownloadsAndVerifies) {
  std::vector<double> fractions;
  std::string last;
  const Watch watch([&](double fraction, std::string_view text) {
    fractions.push_back(fraction);
    last = text;
  });
  EXPECT_EQ(fetch(remote({"good"}), folder(), quick(), watch), FetchOutcome::downloaded);
  expect_delivered();
  ASSERT_FALSE(fractions.empty());
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.back(), 1);
  EXPECT_EQ(last, "set.bin 195 KiB");
}

TEST_F(FetchTest, KeepsAVerifiedFile) {
  std::filesystem::create_directories(folder());
  write_bytes(final_path(), payload());
  EXPECT_EQ(fetch(remote({"good"}), folder(), quick()), FetchOutcome::kept);
  EXPECT_TRUE(requests().empty());
  expect_delivered();
}

TEST_F(FetchTest, ReplacesAFileOfWrongBytes) {
  std::filesystem::create_directories(folder());
  write_bytes(final_path(), std::string(kSize, 'x'));
  EXPECT_EQ(fetch(remote({"good"}), folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
}

TEST_F(FetchTest, WrongBytesLeadToTheNextMirror) {
  std::vector<std::string> notices;
  FetchOptions options = quick();
  options.notice = [&](std::string_view text) { notices.emplace_back(text); };
  EXPECT_EQ(fetch(remote({"wrong", "short", "long", "empty", "missing", "good"}), folder(), options),
            FetchOutcome::downloaded);
  expect_delivered();
  EXPECT_EQ(requests().size(), 6U);  // none of them was asked twice
  ASSERT_EQ(notices.size(), 5U);
  EXPECT_THAT(notices[0], HasSubstr("SHA-256"));
  EXPECT_THAT(notices[1], HasSubstr("offers 199990 bytes"));
  EXPECT_THAT(notices[2], HasSubstr("more than the 200000"));
  EXPECT_THAT(notices[3], HasSubstr("offers 0 bytes"));
  EXPECT_THAT(notices[4], HasSubstr("status 404"));
}

TEST_F(FetchTest, WhenEveryMirrorFailsTheErrorListsThem) {
  const RemoteFile file = remote({"wrong", "missing", "down"});
  expect_error([&] { (void)fetch(file, folder(), quick()); }, "status 404", Fault::failure);
  expect_nothing_left();
  EXPECT_EQ(requests().size(), 6U);  // once, once, and four attempts where the server may come back
  expect_error([&] { (void)fetch(file, folder(), quick()); }, "status 503", Fault::failure);
  expect_error([&] { (void)fetch(file, folder(), quick()); }, "SHA-256", Fault::failure);
  expect_error([&] { (void)fetch(file, folder(), quick()); }, "put it into", Fault::failure);
}

TEST_F(FetchTest, ABusyServerIsAskedAgainAfterTheTimeItNames) {
  FetchOptions options = quick();
  options.longest_wait = milliseconds(150);  // grants 150 ms of the second that the server asks for
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(fetch(remote({"busy"}), folder(), options), FetchOutcome::downloaded);
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(300));
  expect_delivered();
  EXPECT_EQ(requests().size(), 3U);
}

TEST_F(FetchTest, FollowsRedirectsButNotEverywhere) {
  std::vector<std::string> notices;
  FetchOptions options = quick();
  options.notice = [&](std::string_view text) { notices.emplace_back(text); };
  EXPECT_EQ(fetch(remote({"loop", "file", "moved"}), folder(), options), FetchOutcome::downloaded);
  expect_delivered();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_THAT(notices[0], HasSubstr("redirects"));
  EXPECT_THAT(notices[1], HasSubstr("\"file\" not supported"));
}

TEST_F(FetchTest, AStalledServerTimesOut) {
  FetchOptions options = quick();
  options.attempts = 1;
  options.stall_timeout = std::chrono::seconds(1);
  EXPECT_EQ(fetch(remote({"stall", "good"}), folder(), options), FetchOutcome::downloaded);
  expect_delivered();
  EXPECT_EQ(requests().back().range, "bytes=500-");
}

TEST_F(FetchTest, AServerThatNeverEndsIsCutOff) {
  RemoteFile file = remote({"endless", "chatter"});
  file.size = -1;
  FetchOptions options = quick();
  options.most = 10 * static_cast<int64_t>(kSize);
  expect_error([&] { (void)fetch(file, folder(), options); }, "sends more than 1.91 MiB and does not end",
               Fault::failure);
  expect_nothing_left();
  expect_error([&] { (void)fetch(file, folder(), options); }, "headers do not end (more than 256 KiB)", Fault::failure);
  expect_nothing_left();
}

TEST_F(FetchTest, AnUnreachableMirrorIsPassedOver) {
  RemoteFile file = remote({"good"});
  file.urls.insert(file.urls.begin(), "http://127.0.0.1:1/set.bin");
  EXPECT_EQ(fetch(file, folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
}

TEST_F(FetchTest, AnInterruptEndsAPause) {
  std::atomic<bool> interrupt = false;
  FetchOptions options;
  options.first_wait = options.longest_wait = std::chrono::minutes(10);
  options.notice = [&](std::string_view) { interrupt = true; };
  const Watch watch(nullptr, [&] { return interrupt.load(); });
  expect_error([&] { (void)fetch(remote({"down"}), folder(), options, watch); }, "set.bin: interrupted",
               Fault::interrupted);
  expect_nothing_left();
}

TEST_F(FetchTest, AnExceptionOfTheCallbackPassesThrough) {
  const Watch watch([](double, std::string_view) { throw std::runtime_error("from the callback"); });
  EXPECT_THROW((void)fetch(remote({"good"}), folder(), quick(), watch), std::runtime_error);
  EXPECT_FALSE(std::filesystem::exists(final_path()));
}

TEST_F(FetchTest, SizeAndChecksumMayBeUnknown) {
  RemoteFile file = remote({"good"});
  file.size = -1;
  file.sha256.clear();
  EXPECT_EQ(fetch(file, folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
  EXPECT_EQ(fetch(file, folder(), quick()), FetchOutcome::kept);
  EXPECT_EQ(requests().size(), 1U);
}

TEST_F(FetchTest, CopiesFromAFileAddress) {
  const testing::TempDir other;
  write_bytes(other / "copy", payload());
  RemoteFile file = remote({});
  file.urls = {"file://" + (other / "missing").string(), "file://" + (other / "copy").string()};
  EXPECT_EQ(fetch(file, folder(), quick()), FetchOutcome::downloaded);
  expect_delivered();
}

TEST_F(FetchTest, CertificatesAreVerified) {
  const testing::TempDir keys;
  const std::string pem = (keys / "pair.pem").string();
  const std::string make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout " + pem +
                           ".key -out " + pem + " 2>/dev/null && cat " + pem + ".key >> " + pem;
  if (std::system(make.c_str()) != 0) GTEST_SKIP() << "no openssl program to make a certificate with";
  write_bytes(keys / "payload", payload());
  const testing::DropServer server(keys / "payload", keys / "log", pem);
  RemoteFile file = remote({});
  file.urls = {server.url("good")};
  expect_error([&] { (void)fetch(file, folder(), quick()); }, "certificate", Fault::failure);
  expect_nothing_left();
}

TEST_F(FetchTest, BadRequests) {
  for (const char* name : {"", "..", "../set.bin", "a/b"}) {
    RemoteFile file = remote({"good"});
    file.name = name;
    expect_error([&] { (void)fetch(file, folder(), quick()); }, "not a plain file name");
  }
  expect_error([&] { (void)fetch(remote({}), folder(), quick()); }, "no address is known");
  FetchOptions options;
  options.attempts = 0;
  expect_error([&] { (void)fetch(remote({"good"}), folder(), options); }, "attempts is 0");
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

TEST_F(FetchTest, AFolderThatCannotBeMade) {
  const testing::TempDir other;
  write_bytes(other / "file", "");
  expect_error([&] { (void)fetch(remote({"good"}), other / "file" / "sets", quick()); }, "cannot make the folder",
               Fault::failure);
}

}  // namespace
}  // namespace mdsm
