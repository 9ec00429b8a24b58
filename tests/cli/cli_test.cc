// The program as its users meet it: exit codes, messages, files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <sstream>
#include <thread>

#include "mdsm/base/npy.h"
#include "mdsm/base/png.h"
#include "mdsm/base/safetensors.h"
#include "support/expect_close.h"
#include "support/run_program.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::read_bytes;
using testing::run_program;
using testing::TempDir;

const std::string kQuick = MDSM_SOURCE_DIR "/experiments/mnist-quick.toml";

/// Options that make the quick experiment tiny.
std::string tiny(int steps) {
  return fmt::format(
      "{} -q --set train.batch=8 --set energy.width=4 --set energy.depth=6 --set train.sample_every=0 "
      "--set train.evaluate_every=0 --set train.checkpoint_every=2 --set train.steps={}",
      kQuick, steps);
}

/// One trained run for all tests that only look at it.
const std::string& trained_run() {
  static const TempDir kFolder;
  static const std::string kRun = [] {
    std::string run = (kFolder / "run").string();
    const Outcome outcome = run_program("train " + tiny(2) + " -o " + run);
    if (outcome.code != 0) throw std::runtime_error(outcome.err);
    return run;
  }();
  return kRun;
}

TEST(Program, MistypedWordsNameTheNearestAndExitWith2) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"trian", "Did you mean 'train'?"},
      {"train x.toml --resme", "Did you mean '--resume'?"},
      {"data lits", "Did you mean 'list'?"},
      {"data inspect mnits", "Did you mean 'mnist'?"},
      {"train " + kQuick + " --dry-run --set train.stpes=3", "Did you mean 'steps'?"},
      {"train " + kQuick + " --dry-run --set energy.kind=resent", "Did you mean 'resnet'?"},
      {"sample /nowhere", "no such run"},
      {"sample " + trained_run() + " --seeds 3-1", "--seeds"},
      {"sample " + trained_run() + " --sampler langvin", "Did you mean 'langevin'?"},
      {"score " + trained_run() + " mnist/test --by enrgy", "Did you mean 'energy'?"},
      {"score " + trained_run() + " checkerboard -n 4", "data of shape (2) are no images"},
      {"score " + trained_run() + " mnist/test -n 4 --device cuda", "computes on the CPU alone"},
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
  EXPECT_THAT(run_program("train " + tiny(2) + " --dry-run --precision fp32").out, HasSubstr("(batches of 8, fp32)"));
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

TEST(Sample, ASeedDecidesItsImageWhateverTheBatch) {
  const TempDir folder;
  const std::string common = "sample " + trained_run() + " --precision fp32 --steps 6 ";
  ASSERT_EQ(run_program(common + "--seeds 0-5 -o " + (folder / "six.npy").string()).code, 0);
  ASSERT_EQ(run_program(common + "--seeds 4,2 --batch 1 -o " + (folder / "two.npy").string()).code, 0);
  const Tensor six = read_npy(folder / "six.npy");
  EXPECT_EQ(six.sizes(), at::IntArrayRef({6, 1, 32, 32}));
  testing::expect_close(read_npy(folder / "two.npy"), at::stack({six[4], six[2]}), 1e-5);
}

TEST(Sample, PicturesCarryTheirSeed) {
  const TempDir folder;
  const std::string grid = (folder / "grid.png").string();
  const std::string trace = (folder / "trace.csv").string();
  const Outcome outcome =
      run_program(fmt::format("sample {} --sampler langevin --steps 3 -n 2 --seed 7 --grid {} --trace {} -o {}",
                              trained_run(), grid, trace, (folder / "out").string()));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(grid));
  EXPECT_EQ(read_png_text(grid).at("seed"), "7-8");
  EXPECT_EQ(read_png_text(folder / "out/000001.png").at("seed"), "8");
  EXPECT_EQ(read_png_text(grid).at("sampler"), "langevin");
  EXPECT_THAT(read_bytes(trace), HasSubstr("step,gradients,energy,sigma,temperature,acceptance\n0,0,"));
}

/// `text` split at new lines.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Sample, EverySamplerDrawsAndTraces) {
  const TempDir folder;
  const std::string common = "sample " + trained_run() + " -n 2 --steps 34 ";
  for (const char* name : {"ancestral", "deterministic", "heun", "adaptive", "langevin", "mala", "hmc"}) {
    const std::string trace = (folder / "trace.csv").string();
    const std::string out = (folder / name).string() + ".npy";
    const Outcome outcome = run_program(fmt::format("{} --sampler {} --trace {} -o {}", common, name, trace, out));
    ASSERT_EQ(outcome.code, 0) << name << outcome.err;
    EXPECT_EQ(read_npy(out).sizes(), at::IntArrayRef({2, 1, 32, 32}));
    const std::vector<std::string> rows = lines_of(read_bytes(trace));
    const bool metropolis = std::string(name) == "mala" || std::string(name) == "hmc";
    EXPECT_EQ(outcome.err.find("acceptance rate") != std::string::npos, metropolis) << name;
    if (std::string(name) == "ancestral") {
      EXPECT_EQ(rows.size(), 34U);  // a head and 33 steps before the jump
    }
    EXPECT_EQ(rows.back().back() == ',', !metropolis || rows.size() == 2) << name << rows.back();
  }
}

TEST(Sample, FlagsAreTheTableSample) {
  const TempDir folder;
  const auto drawn = [&](const std::string& rest) {
    const std::string out = (folder / "x.npy").string();
    const Outcome outcome = run_program("sample " + trained_run() + " -n 2 --sampler ancestral -o " + out + " " + rest);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return read_npy(out);
  };
  const Tensor flags = drawn("--steps 5 --eta 0.5 --schedule linear --start mean");
  EXPECT_TRUE(at::equal(flags, drawn("--set sample.steps=5 --set sample.eta=0.5 --set sample.noise_schedule=linear "
                                     "--set sample.start=mean")));
  EXPECT_FALSE(at::equal(flags, drawn("--steps 5 --eta 0.5 --schedule linear")));
  const Outcome wrong = run_program("sample " + trained_run() + " --sampler langevin --schedule rho");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--schedule"));
}

TEST(Sample, AnAnimationShowsTheChains) {
  const TempDir folder;
  const std::string file = (folder / "a.png").string();
  const std::string common = "sample " + trained_run() + " -n 5 --sampler ancestral --steps 9 --batch 2 -o ";
  ASSERT_EQ(run_program(common + (folder / "x.npy").string() + " --frames 4 --animate " + file).code, 0);
  const std::string bytes = read_bytes(file);
  int frames = 0;
  for (size_t at = bytes.find("fcTL"); at != std::string::npos; at = bytes.find("fcTL", at + 1)) ++frames;
  EXPECT_EQ(frames, 4);
  EXPECT_EQ(read_png_text(file).at("seed"), "0-4");
  const Outcome gif = run_program(common + (folder / "x.npy").string() + " --animate a.gif");
  EXPECT_EQ(gif.code, 2);
  EXPECT_THAT(gif.err, HasSubstr("Name it X.png or X.apng"));
}

TEST(Sample, AShippedModelHasAShortName) {
  const TempDir folder;
  fs::create_directories(folder / "models");
  fs::copy_file(trained_run() + "/checkpoint-000002.safetensors", folder / "models/tiny-digits.safetensors");
  setenv("MDSM_DATA", folder.path().c_str(), 1);
  const Outcome named = run_program("sample tiny-digits -n 1 --steps 2 -o " + (folder / "x.npy").string());
  const Outcome mistyped = run_program("sample tiny-digit -n 1");
  unsetenv("MDSM_DATA");
  EXPECT_EQ(named.code, 0) << named.err;
  EXPECT_EQ(mistyped.code, 2);
  EXPECT_THAT(mistyped.err, HasSubstr("Did you mean 'tiny-digits'?"));
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
  EXPECT_THAT(csv.out, HasSubstr("index,label,typicality\n0,7,"));
  EXPECT_THAT(score("--json").out, HasSubstr("\"n\": 20"));
}

TEST(Density, ComparesALearntDensityWithTheTrueOne) {
  const TempDir folder;
  const std::string run = (folder / "run").string();
  const std::string image = (folder / "density.png").string();
  const std::string toy = MDSM_SOURCE_DIR "/experiments/toys/gaussian.toml";
  ASSERT_EQ(run_program("train " + toy + " -q --set train.steps=20 --set train.batch=32 -o " + run).code, 0);
  const Outcome outcome = run_program("density " + run + " --side 32 --json -o " + image);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"sigma0\":0.3,\"side\":32,"));
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
