#include "mdsm/run/metrics_writer.h"

#include <sys/stat.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;
using testing::write_bytes;

/// What a file of these bytes holds once a writer has opened it.
std::string opened(const std::string& bytes, int64_t resume_step) {
  const TempDir folder;
  write_bytes(folder / "metrics.jsonl", bytes);
  const MetricsWriter writer(folder / "metrics.jsonl", resume_step);
  return read_bytes(folder / "metrics.jsonl");
}

TEST(Metrics, OneObjectALineInOrder) {
  const TempDir folder;
  MetricsWriter writer(folder / "metrics.jsonl", 0);
  writer.write({{"step", int64_t{100}}, {"loss", 0.5}, {"device", "cpu \"x\"\n"}});
  EXPECT_EQ(read_bytes(writer.path()), "{\"step\":100,\"loss\":0.5,\"device\":\"cpu \\\"x\\\"\\n\"}\n");
  writer.write({{"step", std::numeric_limits<int64_t>::max()}, {"a", 1.0}});
  EXPECT_THAT(read_bytes(writer.path()), ::testing::EndsWith("\n{\"step\":9223372036854775807,\"a\":1.0}\n"));
}

TEST(Metrics, DoublesKeepEveryBit) {
  const TempDir folder;
  for (const double number : {0.1, 1.0 / 3, 5e-324, -1.7976931348623157e308}) {
    MetricsWriter writer(folder / "metrics.jsonl", -1);
    writer.write({{"step", int64_t{1}}, {"number", number}});
    EXPECT_EQ(nlohmann::json::parse(read_bytes(writer.path()))["number"].get<double>(), number);
  }
}

TEST(Metrics, NonFiniteIsNull) {
  const TempDir folder;
  MetricsWriter writer(folder / "metrics.jsonl", 0);
  const double infinity = std::numeric_limits<double>::infinity();
  writer.write({{"a", infinity}, {"b", -infinity}, {"c", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_EQ(read_bytes(writer.path()), "{\"a\":null,\"b\":null,\"c\":null}\n");
}

TEST(Metrics, TextThatIsNoUtf8) {
  const TempDir folder;
  MetricsWriter writer(folder / "metrics.jsonl", 0);
  writer.write({{"file", "a\xff"}});
  EXPECT_EQ(read_bytes(writer.path()), "{\"file\":\"a\xef\xbf\xbd\"}\n");
}

TEST(Metrics, ResumingDropsWhatCameAfter) {
  const std::string text = "{\"run\":1}\n{\"step\":0}\n{\"step\":100,\"loss\":0.10}\n{\"step\":150}\n{\"step\":1e2}\n";
  EXPECT_EQ(opened(text, 150), text);
  EXPECT_EQ(opened(text, 149), "{\"run\":1}\n{\"step\":0}\n{\"step\":100,\"loss\":0.10}\n{\"step\":1e2}\n");
  EXPECT_EQ(opened(text, 0), "{\"run\":1}\n{\"step\":0}\n");
  EXPECT_EQ(opened(text, -1), "{\"run\":1}\n");
  EXPECT_EQ(opened("{\"step\":\"last\"}\n", -1), "{\"step\":\"last\"}\n") << "what has no number stays";
}

TEST(Metrics, LastLineCutShortIsDropped) {
  const std::string line = "{\"step\":1,\"loss\":0.25}";
  for (size_t size = 0; size < line.size(); ++size) {
    EXPECT_EQ(opened(line + "\n" + line.substr(0, size), 9), line + "\n") << size;
  }
  EXPECT_EQ(opened(line, 9), line + "\n") << "only the newline was missing";
  EXPECT_EQ(opened(line + "\n" + std::string(3, '\0'), 9), line + "\n");
}

TEST(Metrics, AppendsToThePast) {
  const TempDir folder;
  write_bytes(folder / "metrics.jsonl", "{\"step\":1}\n{\"step\":2}\n{\"st");
  MetricsWriter writer(folder / "metrics.jsonl", 1);
  writer.write({{"step", int64_t{2}}});
  EXPECT_EQ(read_bytes(writer.path()), "{\"step\":1}\n{\"step\":2}\n");
}

TEST(Metrics, DamageBeforeTheLastLineIsAnError) {
  const TempDir folder;
  for (const std::string line : {"{\"step\":", "[1]", "7", "nonsense"}) {
    const std::string text = "{\"step\":1}\n" + line + "\n{\"step\":3}\n";
    write_bytes(folder / "metrics.jsonl", text);
    expect_error([&] { MetricsWriter(folder / "metrics.jsonl", 0); }, "line 2 is no JSON object");
    EXPECT_EQ(read_bytes(folder / "metrics.jsonl"), text);
  }
}

// A rename leaves the file that another program has open as it was.
TEST(Metrics, ReplacesTheFileAsAWholeOrLeavesIt) {
  const TempDir folder;
  const std::string name = (folder / "metrics.jsonl").string();
  const auto inode = [&] {
    struct stat status {};
    EXPECT_EQ(::stat(name.c_str(), &status), 0);
    return status.st_ino;
  };
  write_bytes(name, "{\"step\":1}\n{\"step\":2}\n");
  const auto old = inode();
  MetricsWriter(name, 2);
  EXPECT_EQ(inode(), old) << "rewritten for nothing";
  std::ifstream reader(name);
  MetricsWriter(name, 1);
  EXPECT_NE(inode(), old);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), "{\"step\":1}\n{\"step\":2}\n");
}

TEST(Metrics, FolderMustExist) {
  const TempDir folder;
  expect_error([&] { MetricsWriter(folder / "none" / "metrics.jsonl", 0); }, "No such file or directory");
}

}  // namespace
}  // namespace mdsm
