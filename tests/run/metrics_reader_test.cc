#include "mdsm/run/metrics_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mdsm/run/metrics_writer.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::TempDir;
using testing::write_bytes;

TEST(RunLog, AddsUpTheSecondsOfAllProcesses) {
  const TempDir folder;
  write_bytes(folder / "m.jsonl",
              "{\"started\":\"a\",\"from_step\":0,\"processor\":\"p\",\"processors\":2}\n"
              "{\"step\":1,\"loss\":3,\"seconds\":5}\n{\"step\":2,\"loss\":null,\"seconds\":9}\n"
              "{\"started\":\"b\",\"from_step\":2}\n{\"step\":3,\"loss\":1.5,\"seconds\":4}\n{\"st");
  const RunLog log = read_run_log(folder / "m.jsonl");
  EXPECT_EQ(log.seconds, 13);
  ASSERT_EQ(log.starts.size(), 2U);
  EXPECT_EQ(log.starts[0].processor, "p");
  EXPECT_EQ(log.starts[1].from_step, 2);
  ASSERT_NE(log.find("loss"), nullptr);
  EXPECT_EQ(log.find("loss")->step, (std::vector<double>{1, 2, 3}));
  EXPECT_TRUE(std::isnan(log.find("loss")->value[1]));
  EXPECT_EQ(log.last("loss"), 1.5);
  EXPECT_EQ(read_run_log(folder / "none").curves.size(), 0U);
}

TEST(RunLog, LinesOfStrangersArePassedOver) {
  const TempDir folder;
  write_bytes(folder / "m.jsonl",
              "{\"started\":7,\"from_step\":\"x\",\"processors\":1e300}\n{\"step\":1e300,\"loss\":1}\n" +
                  std::string(100'000, '[') + "\n{\"step\":[1],\"loss\":2}\n{\"step\":2,\"loss\":{}}\n");
  const RunLog log = read_run_log(folder / "m.jsonl");
  EXPECT_EQ(log.find("loss"), nullptr);
  EXPECT_EQ(log.last_step, 2);
  ASSERT_EQ(log.starts.size(), 1U);
  EXPECT_EQ(log.starts[0].from_step, 0);
}

// Writer and reader name the same fields.
TEST(RunLog, ReadsWhatWasWritten) {
  const TempDir folder;
  {
    MetricsWriter writer(folder / "m.jsonl", 0);
    writer.write_start(TrainingStart{.time = "2026-01-02T03:04:05Z",
                                     .from_step = 7,
                                     .processor = "p",
                                     .processors = 2,
                                     .threads = 3,
                                     .precision = "bf16",
                                     .mdsm_version = "1.2"});
    writer.write({{"step", int64_t{8}}, {band_name("loss", 1), 0.5}});
  }
  const RunLog log = read_run_log(folder / "m.jsonl");
  ASSERT_EQ(log.starts.size(), 1U);
  EXPECT_EQ(log.starts[0].time, "2026-01-02T03:04:05Z");
  EXPECT_EQ(log.starts[0].from_step, 7);
  EXPECT_EQ(log.starts[0].processor, "p");
  EXPECT_EQ(log.starts[0].processors, 2);
  EXPECT_EQ(log.starts[0].threads, 3);
  EXPECT_EQ(log.starts[0].precision, "bf16");
  EXPECT_EQ(log.starts[0].mdsm_version, "1.2");
  EXPECT_EQ(log.last("loss_band1"), 0.5);
  EXPECT_EQ(log.last_step, 8);
  // As it always was: the fields' order and names are the file's format.
  EXPECT_EQ(testing::read_bytes(folder / "m.jsonl").substr(0, 64),
            R"({"started":"2026-01-02T03:04:05Z","from_step":7,"processor":"p",)");
}

}  // namespace
}  // namespace mdsm
