// The program as its users meet it: exit codes, messages, files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <thread>

#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "mdsm/formats/safetensors.h"
#include "support/expect_close.h"
#include "support/paths.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::kQuick;
using testing::Outcome;
using testing::read_bytes;
using testing::run_program;
using testing::TempDir;
using testing::tiny;
using testing::trained_run;

TEST(Program, MistypedWordsNameTheNearestAndExitWith2) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"trian", "Did you mean 'train'?"},
      {"train x.toml --resme", "Did you mean '--resume'?"},
      {"data lits", "Did you mean 'list'?"},
      {"data inspect mnits", "Did you mean 'mnist'?"},
      {"train " + kQuick + " --dry-run --set train.stpes=3", "Did you mean 'steps'?"},
      {"train " + kQuick + " --dry-run --set energy.kind=resent", "Did you mean 'resnet'?"},
      {"sample /nowhere", "no such run"},
      {"sample " + trained_run() + " --seeds 3-1", "seeds 3-1: the range 3-1 falls"},
      {"sample " + trained_run() + " --sampler langvin", "Did you mean 'langevin'?"},
      {"score " + trained_run() + " mnist/test --by enrgy", "Did you mean 'energy'?"},
      {"score " + trained_run() + " checkerboard -n 4", "data of shape (2) are no images"},
      {"score " + trained_run() + " mnist/test -n 4 --device cuda:x", "known: auto, cpu, cuda, cuda:N"},
      {"score " + trained_run() + " mnist/test -n 4 --device gpu", "known: auto, cpu, cuda"},
      {"score " + trained_run() + " mnist/test -n 4 --precision bf61", "Did you mean 'bf16'?"},
      {"train", "EXPERIMENT is required"}};
  for (const auto& [arguments, part] : cases) {
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_THAT(outcome.err, HasSubstr(part)) << arguments;
    EXPECT_EQ(outcome.out, "") << arguments;
  }
}

TEST(Program, HelpAndVersionExitWith0) {
  EXPECT_THAT(run_program("--version").out, HasSubstr("mdsm 0.1.0"));
  for (const char* command : {"", "train", "sample", "denoise", "score", "data", "data noise"}) {
    const Outcome outcome = run_program(std::string(command) + " --help");
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("Usage")) << command;
  }
}

TEST(Program, TheReferencePageIsTheHelp) {
  EXPECT_EQ(run_program("--help-markdown").out, read_bytes(MDSM_SOURCE_DIR "/docs/cli.md")) << "run `make docs`";
}

// Where a data set is not on this machine, the experiment is valid up to the data, and that is what the error says.
TEST(Program, EveryExperimentIsValid) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(MDSM_SOURCE_DIR "/experiments")) {
    if (entry.path().extension() != ".toml") continue;
    const Outcome outcome = run_program("train " + entry.path().string() + " --dry-run");
    const bool ships = read_bytes(entry.path()).find("name = \"mnist\"") != std::string::npos;
    if (ships || outcome.code == 0) {
      EXPECT_THAT(outcome.out, HasSubstr(" parameters, data (")) << entry.path() << outcome.err;
    } else {
      EXPECT_THAT(outcome.err, HasSubstr(": not found (looked for ")) << entry.path();
    }
    ++count;
  }
  EXPECT_GE(count, 8);
}

TEST(Train, ThePrecisionStandsInTheMetrics) {
  EXPECT_THAT(run_program("train " + tiny(2) + " --dry-run --precision fp32").out, HasSubstr("batches of 8, fp32)"));
  const TempDir folder;
  for (const char* precision : {"fp32", "bf16"}) {
    const std::string run = (folder / precision).string();
    ASSERT_EQ(run_program("train " + tiny(2) + " --set train.log_every=1 --precision " + precision + " -o " + run).code,
              0);
    EXPECT_THAT(read_bytes(run + "/metrics.jsonl"), HasSubstr(fmt::format("\"precision\":\"{}\"", precision)));
  }
}

TEST(Train, RefusesToOverwriteAndToResumeSomethingElse) {
  const Outcome again = run_program("train " + tiny(2) + " -o " + trained_run());
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("there is a run already"));
  const Outcome other = run_program("train " + tiny(2) + " --resume --set train.seed=5 -o " + trained_run());
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("train.seed"));
  EXPECT_EQ(run_program("train " + trained_run()).code, 2);
  EXPECT_EQ(run_program("train " + trained_run() + " --resume -q").code, 0);
}

/// Starts training in the background and gives its process.
pid_t start_training(const std::string& run, int steps) {
  const std::string command = fmt::format("exec {} train {} -o {} >/dev/null 2>&1", MDSM_PROGRAM, tiny(steps), run);
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  return child;
}

void wait_for(const fs::path& file) {
  for (int i = 0; i < 1200 && !fs::exists(file); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ASSERT_TRUE(fs::exists(file));
}

TEST(Train, KilledAndResumedGivesTheSameBytes) {
  const TempDir folder;
  const std::string whole = (folder / "whole").string();
  const std::string killed = (folder / "killed").string();
  ASSERT_EQ(run_program("train " + tiny(200) + " -o " + whole).code, 0);
  const pid_t child = start_training(killed, 200);
  wait_for(killed + "/checkpoint-000004.safetensors");
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it had finished before it was killed";
  const Outcome resumed = run_program("train " + killed + " --resume -q");
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(read_bytes(killed + "/training-state.safetensors"), read_bytes(whole + "/training-state.safetensors"));
}

TEST(Train, CtrlCSavesAndExitsWith130) {
  const TempDir folder;
  const std::string run = (folder / "run").string();
  const pid_t child = start_training(run, 100000);
  wait_for(run + "/checkpoint-000002.safetensors");
  kill(child, SIGINT);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  const std::string step = read_safetensors_header(run + "/training-state.safetensors").metadata.at("step");
  EXPECT_TRUE(fs::exists(fmt::format("{}/checkpoint-{:0>6}.safetensors", run, step)));
}

TEST(Score, WritesEnergiesAndGradients) {
  const TempDir folder;
  const auto score = [&](const std::string& rest) {
    return run_program("score " + trained_run() + " mnist/test -n 20 --precision fp32 " + rest);
  };
  ASSERT_EQ(score("--by energy -o " + (folder / "e.npy").string()).code, 0);
  ASSERT_EQ(score("--by gradient -o " + (folder / "g.npy").string()).code, 0);
  ASSERT_EQ(score("--by residual -o " + (folder / "r.npy").string()).code, 0);
  EXPECT_EQ(read_npy(folder / "e.npy").sizes(), at::IntArrayRef({20}));
  const Tensor g = read_npy(folder / "g.npy");
  EXPECT_EQ(g.sizes(), at::IntArrayRef({20, 1, 32, 32}));
  testing::expect_close(read_npy(folder / "r.npy"), g.flatten(1).norm(2, {1}) * 0.01, 1e-5);
  const Outcome csv = score("--by typicality");
  EXPECT_EQ(csv.code, 0) << csv.err;
  EXPECT_THAT(csv.out, HasSubstr("index,label,typicality\n733,9,"));
  EXPECT_EQ(nlohmann::json::parse(score("--json").out)["n"], 20);
}

TEST(Density, ComparesALearntDensityWithTheTrueOne) {
  const TempDir folder;
  const std::string run = (folder / "run").string();
  const std::string image = (folder / "density.png").string();
  const std::string toy = MDSM_SOURCE_DIR "/experiments/toys/gaussian.toml";
  ASSERT_EQ(run_program("train " + toy + " -q --set train.steps=20 --set train.batch=32 -o " + run).code, 0);
  const Outcome outcome = run_program("density " + run + " --side 32 --json -o " + image);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"units\":\"divergences in nats a datum\",\"side\":32,"));
  EXPECT_THAT(outcome.out, HasSubstr("\"kl_smoothed\":"));
  EXPECT_EQ(read_png_text(image).at("panels"), "truth, smoothed truth, learnt density");
  EXPECT_THAT(run_program("density " + run + " --side 32").out, HasSubstr("KL(truth || learnt)"));
  EXPECT_THAT(run_program("density " + trained_run()).err, HasSubstr("trained on 'mnist', whose density is not known"));
}

TEST(Denoise, PrintsTheNoiseItFound) {
  const TempDir folder;
  write_npy(folder / "x.npy", at::rand({3, 1, 32, 32}));
  write_png(folder / "small.png", at::zeros({1, 28, 28}, at::kByte));
  write_png(folder / "large.png", at::zeros({1, 64, 64}, at::kByte));
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const Outcome outcome = run_program(fmt::format("denoise {} {} {} --add-noise 0.5 -o {}", trained_run(),
                                                  path("x.npy"), path("small.png"), path("out")));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("x-000002  sigma "));
  EXPECT_TRUE(fs::exists(folder / "out/small.png"));
  EXPECT_TRUE(fs::exists(folder / "out/x-000000-noisy.png"));
  EXPECT_EQ(run_program(fmt::format("denoise {} {} -o {}", trained_run(), path("large.png"), path("out2"))).code, 2);
  EXPECT_FALSE(fs::exists(folder / "out2"));
}

TEST(Data, ListsInspectsAndSuggestsNoise) {
  EXPECT_THAT(run_program("data list").out, HasSubstr("fashion-mnist"));
  EXPECT_THAT(run_program("data inspect mnist/test --json").out, HasSubstr("\"size\": 10000"));
  const Outcome noise = run_program("data noise mnist --pad-to 32 -n 500");
  EXPECT_EQ(noise.code, 0) << noise.err;
  EXPECT_THAT(noise.out, HasSubstr("sigma_max = "));
  const Outcome celeba = run_program("data fetch celeba");
  EXPECT_EQ(celeba.code, 2);
  EXPECT_THAT(celeba.err, HasSubstr("img_align_celeba.zip"));
}

}  // namespace
}  // namespace mdsm
