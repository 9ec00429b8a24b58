// `mdsm sample` and `mdsm evaluate` draw with the same settings, whatever the sampler.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "mdsm/sample/registry.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::Outcome;
using testing::read_bytes;
using testing::run_program;
using testing::TempDir;

/// A small energy of points in the plane that was given the paper's chain: 2701 gradients from noise.
const std::string& paper_run() {
  static const TempDir kFolder;
  static const std::string kRun = [] {
    const std::string run = (kFolder / "run").string();
    const Outcome outcome = run_program(
        "train " MDSM_SOURCE_DIR
        "/experiments/toys/checkerboard.toml -q --set train.steps=2 --set train.batch=8 --set "
        "train.sample_every=0 --set train.evaluate_every=0 --set energy.width=4 --set energy.depth=2 --set "
        "noise.sigma_max=2 --set sample.sampler=langevin --set sample.steps=2701 --set sample.start=noise --set "
        "sample.schedule=three-stage --set sample.temperature=100 --set sample.step_size=0.02 --set sample.jump=true -o " +
        run);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return run;
  }();
  return kRun;
}

/// Steps and energies of a table with these columns, behind its head.
std::vector<std::pair<std::string, std::string>> rows_of(const std::string& csv, size_t step, size_t energy) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::vector<std::string> cells;
    std::istringstream parts(line);
    for (std::string cell; std::getline(parts, cell, ',');) cells.push_back(cell);
    rows.emplace_back(cells.at(step), cells.at(energy));
  }
  return rows;
}

class EverySampler : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(SamplerSettings, EverySampler, ::testing::ValuesIn(sampler_names()));

// The chains' energies at every step tell steps, start and schedule.
TEST_P(EverySampler, SampleAndEvaluateDrawAlike) {
  for (const std::string more : {"", " --steps 23 --set sample.sigma_max=2 --set sample.temperature=50"}) {
    const TempDir folder;
    const std::string flags = " -n 2 --sampler " + GetParam() + more + " -o ";
    const std::string trace = (folder / "trace.csv").string();
    const std::string sample = "sample " + paper_run() + flags + (folder / "x.npy").string() + " --trace " + trace;
    const Outcome sampled = run_program(sample);
    ASSERT_EQ(sampled.code, 0) << sampled.err;
    const Outcome evaluated =
        run_program("evaluate " + paper_run() + " trace --json" + flags + (folder / "trace").string());
    ASSERT_EQ(evaluated.code, 0) << evaluated.err;
    EXPECT_EQ(rows_of(read_bytes(trace), 0, 2), rows_of(read_bytes(folder / "trace/trace.csv"), 0, 2)) << flags;
    const auto gradients = nlohmann::json::parse(evaluated.out)["gradients_per_sample"].get<int64_t>();
    if (more.empty() && GetParam() == "ancestral") {
      EXPECT_EQ(gradients, 20) << "not the 2701 of the run's own sampler";
    }
    if (!more.empty()) {
      EXPECT_LE(gradients, 23);
    }
  }
}

}  // namespace
}  // namespace mdsm
