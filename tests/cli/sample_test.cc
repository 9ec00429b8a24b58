// mdsm sample as its users meet it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "support/expect_close.h"
#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::read_bytes;
using testing::run_program;
using testing::TempDir;
using testing::trained_run;

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
  EXPECT_EQ(read_png_text(folder / "out/000008.png").at("seed"), "8");
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
  EXPECT_THAT(wrong.err, HasSubstr("schedule: sample.schedule = 'rho'"));
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
  EXPECT_THAT(gif.err, HasSubstr("ends in .png or .apng). Name it so"));
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

}  // namespace
}  // namespace mdsm
