// evaluations.jsonl: what is written of an evaluation, and what is read of it again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/evaluate/evaluation_log_reader.h"
#include "mdsm/evaluate/evaluation_log_writer.h"
#include "mdsm/evaluate/evaluations/evaluation.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using ::testing::HasSubstr;
using testing::read_bytes;
using testing::TempDir;
using testing::write_bytes;

TEST(EvaluationLog, GrowsByALineAndLiesInTheRun) {
  const TempDir folder;
  const std::filesystem::path log = evaluation_log_of(folder.path());
  EXPECT_EQ(log, folder / "evaluations.jsonl");
  EXPECT_EQ(evaluation_log_of(folder / "model.safetensors"), std::filesystem::path());
  for (int i = 0; i < 2; ++i) log_evaluation(log, {"fid", "mdsm evaluate", R"({"n":5})"}, {{"n", int64_t{i}}});
  const std::string text = read_bytes(log);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, HasSubstr(R"("evaluation":"fid","command":"mdsm evaluate","settings":{"n":5},"n":1})"));
}

TEST(EvaluationLog, RecordedSettingsAreReadAsData) {
  const TempDir folder;
  const std::filesystem::path log = folder / "e.jsonl";
  const EvaluationKind& kind = find_evaluation("trace");
  const auto evaluation = kind.make();
  evaluation->options().find("", "every", "test").assign(int64_t{3}, "test");
  const EvaluationOptions told{.run = "runs/a", .n = 4, .out = "x"};
  log_evaluation(log, {"trace", "mdsm evaluate runs/a trace -n 4 --every 3", settings_json(told, *evaluation)},
                 {{"n", int64_t{4}}, {"ratio", 0.5}});
  const EvaluationOptions other{.run = "runs/b", .n = 4, .batch = 7};
  log_evaluation(log, {"trace", "mdsm evaluate runs/b trace --every 3 -n 4", settings_json(other, *evaluation)},
                 {{"n", int64_t{4}}, {"ratio", 0.25}});
  const std::vector<EvaluationLine> lines = newest_evaluations(log);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].settings, lines[1].settings);  // the run, the folder and the batch decide no number
  EXPECT_EQ(lines[0].label, "trace n=4 every=3");
  EXPECT_EQ(std::get<double>(*lines[0].results.find("ratio")), 0.25);
  EXPECT_EQ(lines[0].results.find("settings"), nullptr);
}

// A line with 100 000 lists ended the stack; a time that was a number, the report.
TEST(EvaluationLog, LinesOfStrangersArePassedOver) {
  const TempDir folder;
  write_bytes(folder / "e.jsonl",
              std::string(100'000, '[') +
                  "\n{\"time\":7,\"evaluation\":[],\"command\":{},\"x\":{\"a\":" + std::string(100'000, '[') +
                  "\n{\"time\":7,\"evaluation\":[1],\"command\":{},\"settings\":[],\"x\":1}\n");
  const std::vector<EvaluationLine> lines = newest_evaluations(folder / "e.jsonl");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].evaluation, "");
}

/// Lines of before settings were recorded have their command alone.
TEST(EvaluationLog, OldSettingsAreTheCommandWithoutRunAndOutput) {
  const TempDir folder;
  std::string text;
  for (const char* command : {"mdsm evaluate runs/a fid -n 50 --out x", "mdsm evaluate runs/b fid -n 50 --json",
                              "mdsm evaluate fid runs/c -n 50 -q", "mdsm evaluate runs/d fid --batch 7 -n 50 -o y"})
    text += fmt::format(R"({{"time":"t","evaluation":"fid","command":"{}"}})", command) + "\n";
  write_bytes(folder / "e.jsonl", text);
  const std::vector<EvaluationLine> lines = newest_evaluations(folder / "e.jsonl");
  ASSERT_EQ(lines.size(), 4U);
  for (const EvaluationLine& line : lines) {
    EXPECT_EQ(line.settings, "fid -n 50") << line.command;
    EXPECT_EQ(line.label, line.settings);
  }
}

TEST(EvaluationLog, ReadsTheNewestOfEachCommandAndPassesOverWhatIsNoLine) {
  const TempDir folder;
  write_bytes(folder / "e.jsonl",
              "{\"evaluation\":\"fid\",\"command\":\"c\",\"x\":1}\n[1]\n"
              "{\"evaluation\":\"is\",\"command\":\"c\",\"x\":2}\n"
              "{\"evaluation\":\"fid\",\"command\":\"c\",\"x\":3}\n{\"cut sho");
  const std::vector<EvaluationLine> lines = newest_evaluations(folder / "e.jsonl");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(std::get<int64_t>(*lines[0].results.find("x")), 3);
  EXPECT_EQ(lines[1].evaluation, "is");
  EXPECT_TRUE(newest_evaluations(folder / "none").empty());
}

}  // namespace
}  // namespace mdsm
