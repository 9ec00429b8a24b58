// mdsm evaluate RUN likelihood|ood|energies|trace|noise-levels|neighbours, as its users meet them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/paths.h"
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
using Json = nlohmann::json;

Json evaluated(const std::string& arguments) {
  const Outcome outcome = run_program("evaluate " + trained_run() + " " + arguments + " --json -q --threads 1");
  EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
  return Json::parse(outcome.out, nullptr, false);
}

TEST(EvaluateProgram, LikelihoodIsBracketedAndResumed) {
  const TempDir folder;
  const std::string work = "likelihood --chains 4 --temperatures 6 --leapfrogs 2 --pilot-chains 4 --fit 200 --rank 10 ";
  const Json plain = evaluated(work);
  const Json kept = evaluated(work + "--batch 3 --out " + (folder / "ais").string());
  EXPECT_NEAR(kept["log_z_lower"].get<double>(), plain["log_z_lower"].get<double>(), 0.5);  // float32, other batches
  EXPECT_NEAR(plain["bits_per_dim_entropy_floor"].get<double>(), 6.725, 5e-4);
  EXPECT_EQ(plain["gradients_forward"], 1 + 5 * 2);
  EXPECT_EQ(plain["dimensions"], 1024);
  for (const char* key : {"log_z_upper_interval99", "acceptance", "effective_sample_size_reverse", "notes", "seed"})
    EXPECT_TRUE(plain.contains(key)) << key;
  const double nats = (plain["bits_per_dim_low"].get<double>() - 8) * 1024 * std::log(2);
  EXPECT_NEAR(nats, plain["energy_mean"].get<double>() + plain["log_z_lower"].get<double>(),
              1e-6 * std::abs(nats) + 1e-3);
  // What is there is not made again: a forged weight comes back.
  EXPECT_TRUE(fs::exists(folder / "ais/forward-000000-3.npz"));
  EXPECT_TRUE(fs::exists(folder / "ais/reverse-000003-1.npz"));
  EXPECT_EQ(evaluated(work + "--batch 3 --out " + (folder / "ais").string())["log_z_lower"], kept["log_z_lower"]);
  const Outcome other =
      run_program("evaluate " + trained_run() + " " + work + "--seed 9 --out " + (folder / "ais").string());
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("other settings"));
}

TEST(EvaluateProgram, TheLangevinVariantSaysWhatItIs) {
  const Json found =
      evaluated("likelihood --chains 2 --temperatures 4 --pilot-chains 2 --fit 50 --rank 2 --transition langevin");
  EXPECT_THAT(found["transition"].get<std::string>(), HasSubstr("unadjusted"));
  EXPECT_THAT(found["notes"].back().get<std::string>(), HasSubstr("neither number is a bound"));
  EXPECT_FALSE(found.contains("acceptance"));
}

TEST(EvaluateProgram, OodHasARowASetAndScore) {
  const TempDir folder;
  const Json found = evaluated("ood -n 40 --against noise --against constant --out " + (folder / "ood").string());
  ASSERT_EQ(found["detection"].size(), 14U);
  for (const Json& row : found["detection"]) {
    EXPECT_NEAR(row["auroc"].get<double>() + row["auroc_reversed"].get<double>(), 1, 1e-12);
    EXPECT_LE(row["fpr_at_95_tpr"].get<double>(), 1);
  }
  EXPECT_EQ(found["inside"], "mnist/test");
  const std::string csv = read_bytes(folder / "ood/histogram-energy.csv");
  EXPECT_THAT(csv, HasSubstr("low,high,mnist/test,noise,constant\n"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 61);
}

/// The energy that ships knows digits: uniform noise lies above all of them, grey images slope more than nearly all
/// (those that are nearly black are the exception). 60 and 60 scores: an AUROC of 0.5 exceeds 0.75 once in a million.
TEST(EvaluateProgram, TheShippedEnergyTellsNoiseAndConstantsFromDigits) {
  const Outcome outcome =
      run_program("evaluate mnist ood -n 60 --against noise --against constant --json -q --threads 1");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json result = Json::parse(outcome.out);  // a name: a loop over a part of a temporary outlives the whole
  for (const Json& row : result["detection"]) {
    const bool noise = row["against"] == "noise";
    const double auroc = row["auroc"].get<double>();
    if (row["score"] == "energy" && noise) {
      EXPECT_GT(auroc, 0.999);
      EXPECT_LT(row["fpr_at_95_tpr"].get<double>(), 0.01);
    }
    if (row["score"] == "gradient") {
      EXPECT_GT(auroc, noise ? 0.999 : 0.9);
    }
  }
}

TEST(EvaluateProgram, EnergiesTraceAndNoiseLevels) {
  const TempDir folder;
  const Json energies = evaluated("energies -n 50");
  EXPECT_EQ(energies["n_train"], 50);
  // Two updates know nothing: training and test data look alike. 1.95/sqrt(25): false alarms 1e-3.
  EXPECT_LT(energies["kolmogorov_smirnov"].get<double>(), 0.39);
  EXPECT_NE(energies["energies"][0]["mean"], energies["energies"][1]["mean"]);
  const Json trace = evaluated("trace -n 2 --steps 27 --out " + (folder / "trace").string());
  EXPECT_EQ(trace["trace"].size(), 15U);
  EXPECT_EQ(trace["trace"][0]["temperature"], 100);
  EXPECT_TRUE(trace["trace"][14]["ratio"].is_null());  // T = 0
  EXPECT_FALSE(trace.contains("energy_r_hat")) << "an anneal has no end at one temperature";
  const Json settled = evaluated("trace -n 2 --steps 40 --set sample.schedule=constant --set sample.temperature=1");
  EXPECT_GT(settled["energy_r_hat"].get<double>(), 0.9);
  EXPECT_EQ(settled["energy_draws"], 40);
  const std::string csv = read_bytes(folder / "trace/trace.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 27);  // 26 steps; the jump has no row
  const Json levels = evaluated("noise-levels -n 8 --levels 3");
  ASSERT_EQ(levels["noise_levels"].size(), 3U);
  EXPECT_NEAR(levels["noise_levels"][2]["sigma"].get<double>(), 3, 1e-9);
}

TEST(EvaluateProgram, NeighboursOfTrainingDataAreThemselves) {
  const TempDir folder;
  const Json found = evaluated("neighbours -n 20 -k 2 --images mnist/train --reference mnist/train --grid " +
                               (folder / "near.png").string());
  EXPECT_EQ(found["exact_copies"], 20);
  EXPECT_EQ(found["nearest"][0]["median"], 0);
  EXPECT_GT(found["nearest"][1]["median"].get<double>(), 1);
  EXPECT_TRUE(fs::exists(folder / "near.png"));
}

/// A run on three channels has stacked digits to count; MNIST's own is told so.
TEST(EvaluateProgram, ModesNeedStackedDigits) {
  const TempDir folder;
  const std::string stacked = (folder / "stacked").string();
  ASSERT_EQ(
      run_program("train " MDSM_SOURCE_DIR
                  "/experiments/mnist-quick.toml -q --set data.name=stacked-mnist --set train.batch=8 --set "
                  "energy.width=4 --set energy.depth=6 --set train.sample_every=0 --set train.evaluate_every=0 --set "
                  "train.steps=1 -o " +
                  stacked)
          .code,
      0);
  const Outcome outcome = run_program("evaluate " + stacked + " modes --images stacked-mnist/test -n 600 --json -q");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json found = Json::parse(outcome.out);
  // 600 draws of 1000 modes reach 451 on average, with a standard deviation below 11; the classifier is nearly perfect.
  EXPECT_NEAR(found["perfect_modes"].get<double>(), 1000 * (1 - std::pow(0.999, 600)), 1e-6);
  EXPECT_NEAR(found["modes"].get<double>(), found["perfect_modes"].get<double>(), 52);
  EXPECT_NEAR(found["reverse_kl"].get<double>(), found["perfect_reverse_kl"].get<double>(), 0.1);
}

TEST(EvaluateProgram, BadRequestsExitWith2) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"ood --against mnits/test", "Did you mean 'mnist'?"},
      {"ood", "nothing to tell the run's data from"},
      {"ood -n 20000 --against noise", "20000 data asked for"},
      {"likelihood --transition hcm", "hmc"},
      {"likelihood --chains 1", "--chains"},
      {"trace --sampler langvin", "Did you mean 'langevin'?"},
      {"modes", "three channels"},
      {"neighbours --images mnist/train --reference checkerboard", "checkerboard"}};
  for (const auto& [arguments, part] : cases) {
    const Outcome outcome = run_program("evaluate " + trained_run() + " " + arguments);
    EXPECT_EQ(outcome.code, 2) << arguments << outcome.out;
    EXPECT_THAT(outcome.err, HasSubstr(part)) << arguments;
  }
}

}  // namespace
}  // namespace mdsm
