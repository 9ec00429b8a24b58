// mdsm report: what is on the page, and what is left out where it has no source.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/formats/npy.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using testing::read_bytes;
using testing::run_program;
using testing::TempDir;
using testing::train_tiny;
using testing::trained_run;
using testing::write_bytes;

const std::string kSmall = " -q -n 8 --samples 4 --chain own ";

/// The page that `mdsm report ARGUMENTS` writes.
std::string report(const std::string& arguments) {
  const TempDir folder;
  const std::string out = (folder / "r.html").string();
  const Outcome outcome = run_program("report " + arguments + kSmall + "-o " + out);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, out + "\n");
  return outcome.code == 0 ? read_bytes(out) : "";
}

TEST(Report, HasEverySectionOfARun) {
  const TempDir folder;
  const std::string run =
      train_tiny(folder,
                 "--set train.log_every=1 --set train.evaluate_every=1 --set train.evaluate_count=4 "
                 "--set train.sample_every=1 --set train.sample_count=4");
  const std::string html = report(run);
  for (const char* section : {"What was trained", "Noise bands", "Training", "Samples over training", "The chain",
                              "Denoising", "Restoration", "Energies", "Nearest neighbours", "Evaluations"})
    EXPECT_THAT(html, HasSubstr(fmt::format(">{}</h", section)));
  for (const char* chart : {"loss", "loss-by-band", "held-out-loss-by-band", "gradient-norm", "throughput", "chain",
                            "denoising-error", "energies", "noisy-energies"})
    EXPECT_THAT(html, HasSubstr(fmt::format("id=\"chart-{}\"", chart)));
  for (const char* picture : {"samples-1", "samples-2", "samples-now", "chain-0", "denoised-0", "restored-inpainting",
                              "restored-superres", "neighbours"})
    EXPECT_THAT(html, HasSubstr(fmt::format("id=\"picture-{}\"", picture)));
  EXPECT_THAT(html, HasSubstr("processors, "));
  EXPECT_THAT(html, HasSubstr("type=\"range\""));
}

TEST(Report, LiesInTheRunUnlessToldOtherwise) {
  const TempDir folder;
  const std::string run = train_tiny(folder);
  const Outcome outcome = run_program("report -q --only-log " + run);
  EXPECT_EQ(outcome.out, run + "/report.html\n");
  EXPECT_TRUE(fs::exists(run + "/report.html"));
}

TEST(Report, OnlyLogComputesNothing) {
  const std::string html = report(trained_run() + " --only-log");
  EXPECT_THAT(html, HasSubstr(">Training</h2>"));
  for (const char* computed : {"The chain", "Denoising", "Restoration", "Nearest neighbours", "samples-now"})
    EXPECT_THAT(html, Not(HasSubstr(computed)));
}

TEST(Report, ShowsTheNewestOfEachEvaluationWithItsCommandAndNotes) {
  const TempDir folder;
  const std::string run = train_tiny(folder);
  write_bytes(run + "/evaluations.jsonl",
              R"({"time":"2026-01-01T00:00:00Z","evaluation":"fid","command":"mdsm evaluate r fid","frechet":11.5})"
              "\n"
              R"({"time":"2026-01-02T00:00:00Z","evaluation":"is","command":"mdsm evaluate r is","score":3.25,)"
              R"("rows":[{"a":1,"b":"<x>"},{"a":2,"b":null}],"notes":["of <few>"]})"
              "\n"
              R"({"time":"2026-01-03T00:00:00Z","evaluation":"fid","command":"mdsm evaluate r fid","frechet":22.5})"
              "\n{\"cut sho");
  const std::string html = report(run + " --only-log");
  EXPECT_THAT(html, HasSubstr("<td>frechet</td><td class=\"number\">22.5</td>"));
  EXPECT_THAT(html, Not(HasSubstr("11.5")));
  EXPECT_LT(html.find("fid, 2026-01-03"), html.find("is, 2026-01-02"));
  EXPECT_THAT(html, HasSubstr("<td class=\"number\">1</td><td>&lt;x&gt;</td>"));
  EXPECT_THAT(html, HasSubstr("Note: of &lt;few&gt;"));
  EXPECT_THAT(html, HasSubstr("<code>mdsm evaluate r is</code>"));
}

TEST(Report, ComparesRunsSideBySide) {
  const TempDir folder, other_folder;
  const std::string run = train_tiny(folder, "--set train.log_every=1");
  const std::string other = train_tiny(other_folder, "--set train.log_every=1 --set train.seed=5");
  const auto evaluated = [](const std::string& of, double value) {
    write_bytes(
        of + "/evaluations.jsonl",
        fmt::format(R"({{"time":"t","evaluation":"fid","command":"mdsm evaluate {} fid -n 9","n":9,"frechet":{}}})", of,
                    value) +
            "\n");
  };
  evaluated(run, 1.5);
  evaluated(other, 2.5);
  const std::string html = report(fmt::format("{} --compare {} --only-log", run, other));
  EXPECT_THAT(html, HasSubstr(fmt::format("<th>{}</th>", other)));
  EXPECT_THAT(html, HasSubstr(fmt::format("\"label\":\"{}: training\"", other)));
  EXPECT_THAT(html, HasSubstr("<code>train.seed</code></td><td class=\"number\">0</td><td class=\"number\">5</td>"));
  EXPECT_THAT(html,
              HasSubstr("<code>fid -n 9</code> frechet</td><td class=\"number\">1.5</td><td class=\"number\">2.5"));
}

TEST(Report, ACheckpointByItselfSaysWhatItLacks) {
  const std::string html = report("mnist --only-log");
  EXPECT_THAT(html, HasSubstr("checkpoint by itself"));
  EXPECT_THAT(html, HasSubstr("There are no curves"));
  const Outcome nowhere = run_program("report mnist --only-log");
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("--out"));
}

TEST(Report, OfPointsOfThePlaneShowsTheirDensity) {
  const TempDir folder;
  const std::string run = (folder / "toy").string();
  ASSERT_EQ(run_program("train " MDSM_SOURCE_DIR "/experiments/toys/ring.toml -q --set train.steps=3 --set "
                        "train.batch=16 --set energy.width=8 --set train.log_every=1 -o " +
                        run)
                .code,
            0);
  const std::string html = report(run);
  EXPECT_THAT(html, HasSubstr("picture-plane-density"));
  EXPECT_THAT(html, HasSubstr("chart-sample-points"));
  EXPECT_THAT(html, Not(HasSubstr(">Restoration</h2>")));
}

TEST(Report, OfDataWithoutATestHalfLooksAtWhatWasHeldOutAndSaysWhereDataAreMissing) {
  const TempDir folder;
  const std::string data = (folder / "images.npy").string();
  write_npy(data, at::rand({40, 1, 16, 16}));
  const std::string run =
      train_tiny(folder, fmt::format("--set data.name={} --set data.pad_to=0 --set data.held_out=8", data));
  EXPECT_THAT(report(run), HasSubstr("held-out"));
  fs::remove(data);
  const std::string html = report(run);
  EXPECT_THAT(html, HasSubstr("Left out, as data are missing: "));
  EXPECT_THAT(html, HasSubstr("picture-samples-now"));
  EXPECT_THAT(html, Not(HasSubstr("picture-restored")));
}

TEST(Report, RefusesAFolderThatIsNotThereBeforeItWorks) {
  const Outcome outcome = run_program("report " + trained_run() + " -o /nowhere/r.html");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("/nowhere does not exist"));
}

}  // namespace
}  // namespace mdsm
