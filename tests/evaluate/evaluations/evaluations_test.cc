// The evaluations as a C++ user meets them: of an energy in memory, with real data.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/evaluations/curvature.h"
#include "mdsm/evaluate/evaluations/energies.h"
#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/evaluate/evaluations/log_density.h"
#include "mdsm/evaluate/evaluations/neighbours.h"
#include "mdsm/evaluate/evaluations/noise_levels.h"
#include "mdsm/evaluate/evaluations/ood.h"
#include "mdsm/evaluate/evaluations/trace.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "support/expect_error.h"
#include "support/gaussian_digits.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::gaussian_digits;
using ::testing::HasSubstr;
using testing::read_bytes;
using testing::TempDir;

double number(const Results& results, const std::string& name) { return std::get<double>(*results.find(name)); }
int64_t whole(const Results& results, const std::string& name) { return std::get<int64_t>(*results.find(name)); }

std::vector<ResultRow> rows(const Results& results, const std::string& name) {
  return std::get<std::vector<ResultRow>>(*results.find(name));
}

const std::variant<bool, int64_t, double, std::string>& cell(const ResultRow& row, const std::string& column) {
  for (const auto& [name, value] : row) {
    if (name == column) return value;
  }
  throw std::out_of_range(column);
}

// Ten lines: an energy, what is asked, the numbers.
TEST(Evaluations, AreTenLinesOfCpp) {
  EvaluationContext context(gaussian_digits(), {.n = 100, .seed = 3});
  const EvaluationKind& kind = find_evaluation("noise-levels");
  const std::unique_ptr<Evaluation> evaluation = kind.make();
  evaluation->options().find("", "levels", "here").assign(int64_t{4}, "here");
  const Results results = evaluated(kind, *evaluation, context);
  EXPECT_EQ(rows(results, "noise_levels").size(), 4U);
  EXPECT_EQ(whole(results, "n"), 100);
  EXPECT_EQ(whole(results, "seed"), 3);
  EXPECT_EQ(std::get<std::string>(*results.find("weights")), "average");
}

// An interval of 4.75 standard errors of an AUROC from 200 and 200 scores is below 0.14 wide, whatever the laws; what is
// asserted below stands much further off than that.
TEST(Evaluations, OodTellsNoiseAndConstantsFromDigits) {
  EvaluationContext context(gaussian_digits(), {.n = 200});
  const Results found = evaluate_ood(context, {.against = {"noise", "constant", "mnist/train"}});
  double noise = 0, constant = 0, same = 0;
  for (const ResultRow& row : rows(found, "detection")) {
    if (std::get<std::string>(cell(row, "score")) != "energy") continue;
    const std::string against = std::get<std::string>(cell(row, "against"));
    (against == "noise" ? noise : against == "constant" ? constant : same) = std::get<double>(cell(row, "auroc"));
  }
  // Every pixel of uniform noise that no digit reaches costs (1/3)/(2 0.01) nats on average: hundreds of such pixels.
  EXPECT_GT(noise, 0.999);
  // A grey image is far from all digits unless it is nearly black: those below 0.1 grey are a tenth.
  EXPECT_GT(constant, 0.8);
  // Two halves of one set: no score tells them apart.
  EXPECT_NEAR(same, 0.5, 0.14);
}

// The Gaussian of the digits with noise 0.1: it is that noise's own denoiser, and the digits are no Gaussian.
TEST(Evaluations, CurvatureHasARowALevel) {
  EvaluationContext context(gaussian_digits(), {.n = 40});
  const Results found = evaluate_curvature(context, {.noise = {.levels = 2, .sigma_min = 0.1, .sigma_max = 0.2}});
  const std::vector<ResultRow> levels = rows(found, "curvature");
  ASSERT_EQ(levels.size(), 2U);
  EXPECT_NEAR(std::get<double>(cell(levels[0], "sigma")), 0.1, 1e-12);
  EXPECT_NEAR(std::get<double>(cell(levels[0], "error_over_predicted")), 1, 0.3);
  EXPECT_LT(std::get<double>(cell(levels[0], "trace")), 784);
  EXPECT_THAT(std::get<std::string>(*found.find("units")), HasSubstr("in squares of pixels in [0, 1]"));
}

TEST(Evaluations, LogDensityNeedsTheDatasMoments) {
  EvaluationContext without(gaussian_digits(), {.n = 4});
  expect_error([&] { evaluate_log_density(without); }, "holds no moments");
  TrainedEnergy trained = gaussian_digits();
  trained.moments = std::make_shared<DataMoments>(fit_moments(*load_seen_data(trained.experiment), {.rank = 50}));
  EvaluationContext context(trained, {.n = 4});
  const std::vector<ResultRow> methods = rows(evaluate_log_density(context, {.levels = 4, .steps = 4}), "log_density");
  ASSERT_EQ(methods.size(), 3U);
  for (const ResultRow& method : methods) EXPECT_TRUE(std::isfinite(std::get<double>(cell(method, "bits_per_dim"))));
}

TEST(Evaluations, EnergiesSeeAGapWhereThereIsOneAlone) {
  EvaluationContext context(gaussian_digits(), {.n = 500});
  const Results same = evaluate_energies(context);
  EXPECT_LT(number(same, "kolmogorov_smirnov"), 0.17);  // false alarms: 1e-6 by the law of 500 and 500
  // Black on white instead of white on black: no pixel is where the energy expects it.
  const TempDir folder;
  const std::string inverted = (folder / "inverted.npy").string();
  const auto some = subset_source(load_seen_data(gaussian_digits().experiment), 500);
  write_npy(inverted, to_uint8(1 - some->read(index_range(0, 500))));
  EvaluationContext shifted(gaussian_digits(), {.images = inverted, .n = 500});
  EXPECT_GT(number(evaluate_energies(shifted), "kolmogorov_smirnov"), 0.9);
}

TEST(Evaluations, NeighboursFindCopies) {
  EvaluationContext context(gaussian_digits(), {.images = "mnist/train", .reference = "mnist/train", .n = 20});
  const Results found = evaluate_neighbours(context, {.neighbours = 2});
  EXPECT_EQ(whole(found, "exact_copies"), 20);
  EXPECT_EQ(number(found, "median_ratio"), 0);
}

TEST(Evaluations, WriteFilesAndSayWhich) {
  const TempDir folder;
  EvaluationContext context(gaussian_digits(), {.n = 30, .out = folder / "made"});
  evaluate_noise_levels(context, {.levels = 2});
  ASSERT_EQ(context.written().size(), 1U);
  EXPECT_THAT(read_bytes(context.written().front()), HasSubstr("sigma,error,implied_sigma"));
  // Partial results are kept of a checkpoint, which is known by its bytes.
  expect_error([&] { evaluate_energies(context); }, "read from a file");
}

TEST(Evaluations, StopWhenAsked) {
  bool stop = false;
  const Watch watch([&](double, std::string_view) { stop = true; }, [&] { return stop; });
  EvaluationContext context(gaussian_digits(), {.n = 600}, watch);
  expect_error([&] { evaluate_energies(context); }, "scored 256 of 600", Fault::interrupted);
}

TEST(Evaluations, SayWhatIsMissing) {
  EvaluationContext nothing((EvaluationOptions()));
  const EvaluationKind& kind = find_evaluation("energies");
  expect_error([&] { evaluated(kind, *kind.make(), nothing); }, "nothing to evaluate");
  expect_error([] { find_evaluation("energeis"); }, "Did you mean 'energies'?");
  EvaluationContext context(gaussian_digits(), {.n = 20000});
  expect_error([&] { evaluate_ood(context, {.against = {"noise"}}); }, "20000 data asked for");
  expect_error([&] { evaluate_ood(context, {}); }, "nothing to tell");
}

TEST(Evaluations, TheRatioIs1InEquilibrium) {
  // Equipartition: a quadratic energy of d dimensions has the mean d T / 2.
  EXPECT_EQ(equilibrium_ratio({.temperature = 3, .mean_energy = 15}, 10), 1);
  EXPECT_TRUE(std::isnan(equilibrium_ratio({.temperature = 0, .mean_energy = 15}, 10)));
}

/// Every option of every evaluation can be given by name, and tells what it is.
TEST(Evaluations, AllOptionsHaveHelpAndDefaultsWithinTheirLimits) {
  for (const EvaluationKind& kind : evaluations()) {
    const auto evaluation = kind.make();
    const OptionList options = evaluation->options();
    options.check(kind.name);
    for (const OptionEntry& entry : options.entries()) EXPECT_GT(entry.help.size(), 8U) << kind.name << entry.name;
    EXPECT_GT(std::string(kind.summary).size(), 8U);
  }
}

}  // namespace
}  // namespace mdsm
