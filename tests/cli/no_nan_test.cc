// Weights, images and noise that would give no numbers, met by every command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/safetensors.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::run_program;
using testing::TempDir;

/// A run one of whose weights is not a number.
const std::string& broken_run() {
  static const TempDir kFolder;
  static const std::string kRun = [] {
    const fs::path run = kFolder / "broken";
    fs::copy(testing::trained_run(), run, fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(run)) {
      if (entry.path().extension() != ".safetensors") continue;
      SafeTensors file = read_safetensors(entry.path());
      for (auto& [name, tensor] : file.tensors) {
        if (tensor.scalar_type() != at::kFloat || name.starts_with("moments.")) continue;
        tensor = tensor.clone();
        tensor.view(-1)[0] = std::nan("");
        break;
      }
      write_safetensors(entry.path(), file);
    }
    return run.string();
  }();
  return kRun;
}

/// Every command that prints or writes numbers of an energy, but for where they go.
std::vector<std::string> commands(const std::string& run, const std::string& out) {
  std::vector<std::string> list{
      fmt::format("sample {} -n 2 -o {}/samples.npy", run, out),
      fmt::format("denoise {} mnist/test -n 2 --add-noise 0.3 -o {}/denoised.npy", run, out),
      fmt::format("restore {} mnist/test -n 2 --task superres --sigma 0.1 -o {}/restored.npy", run, out),
      fmt::format("score {} mnist/test -n 4 -o {}/scores.csv", run, out),
      fmt::format("report {} -o {}/page.html", run, out),
  };
  for (const EvaluationKind& kind : evaluations()) {
    const std::string name = kind.name;
    // It measures the reference before it reads the checkpoints, in the same way.
    if (name != "select")
      list.push_back(fmt::format("evaluate {} {}{}", run, name, name == "ood" ? " --against noise" : ""));
  }
  return list;
}

TEST(NoNanCommands, BrokenWeightsAreNamedByAllAndNothingIsWritten) {
  for (const std::string& command : commands(broken_run(), "OUT")) {
    const TempDir folder;
    std::string typed = command;
    if (const size_t at = typed.find("OUT"); at != std::string::npos) typed.replace(at, 3, folder.path().string());
    SCOPED_TRACE(typed);
    const Outcome outcome = run_program(typed);
    EXPECT_EQ(outcome.code, 1) << outcome.out;
    EXPECT_THAT(outcome.err, HasSubstr("are not finite (the training had diverged when this was written)"));
    EXPECT_THAT(outcome.err, HasSubstr(".safetensors: 1 of the "));
    EXPECT_TRUE(fs::is_empty(folder.path()));
  }
}

// Noise at, below and above the least of the training, which is 0.1: one jump at or below it.
TEST(NoNanCommands, AnyMeasurementNoiseGivesNumbers) {
  for (const char* solver : {"ancestral", "fast"}) {
    for (const char* sigma : {"0.001", "0.05", "0.1", "0.4"}) {
      SCOPED_TRACE(fmt::format("{} {}", solver, sigma));
      const TempDir folder;
      const std::string out = (folder / "out.npy").string();
      const Outcome outcome =
          run_program(fmt::format("restore {} mnist/test -n 2 --task denoise --sigma {} --solver {} --steps 20 -o {} "
                                  "--json",
                                  "mnist", sigma, solver, out));
      ASSERT_EQ(outcome.code, 0) << outcome.err;
      EXPECT_THAT(outcome.out, ::testing::Not(HasSubstr("null")));
      EXPECT_TRUE(read_npy(out).isfinite().all().item<bool>());
    }
  }
}

TEST(NoNanCommands, ChainsThatGoNowhereAreAFailure) {
  const TempDir folder;
  for (const char* sampler : {"mala", "hmc"}) {
    const Outcome outcome = run_program(fmt::format("sample {} -n 2 --sampler {} --steps 42 --step-size 1000 -o {}",
                                                    "mnist", sampler, (folder / "out.npy").string()));
    EXPECT_EQ(outcome.code, 1) << outcome.out;
    EXPECT_THAT(outcome.err, HasSubstr("the chains have gone nowhere"));
    EXPECT_FALSE(fs::exists(folder / "out.npy"));
  }
}

TEST(NoNanCommands, ChainsThatDivergeNameSeedAndStep) {
  const TempDir folder;
  const Outcome outcome =
      run_program(fmt::format("sample {} --seeds 5-6 --sampler langevin --steps 400 --step-size 1e12 -o {}", "mnist",
                              (folder / "out.npy").string()));
  EXPECT_EQ(outcome.code, 1) << outcome.out;
  EXPECT_THAT(outcome.err, HasSubstr("left the finite numbers at step "));
  EXPECT_THAT(outcome.err, HasSubstr("seed 5 is the first"));
  EXPECT_FALSE(fs::exists(folder / "out.npy"));
}

}  // namespace
}  // namespace mdsm
