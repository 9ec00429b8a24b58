// What is not finite is no score and no figure: errors name the datum, the level or the figure.
#include <gtest/gtest.h>

#include "mdsm/evaluate/ais/bracket.h"
#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/evaluate/finite_scores.h"
#include "mdsm/evaluate/noise_calibration.h"
#include "mdsm/evaluate/plane_density.h"
#include "mdsm/evaluate/score_table.h"
#include "support/expect_error.h"
#include "support/failing_energy.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::FailingEnergy;

const Shape kShape{1, 4, 4};

std::shared_ptr<const Source> seven() {
  return std::make_shared<testing::TensorSource>(
      RandomRows::slots(1, Stream::data, 0, 7).uniform(0, kShape, at::kFloat));
}

// The second batch of four holds data 4 to 6; row 2 of it is datum 6.
TEST(NoNanScores, EveryScoreNamesTheDatum) {
  for (const std::string& name : score_names()) {
    const ScoreKind kind = score_kind(name);
    if (kind == ScoreKind::denoising_loss || kind == ScoreKind::error_ratio) continue;  // several evaluations a batch
    const FailingEnergy energy(kShape, 1, 2);
    expect_error([&] { scores(energy, *seven(), score_kind(name), 0.1, 0, 4); }, "the score of datum 6 is not finite",
                 Fault::failure);
  }
  const FailingEnergy energy(kShape, 0, 2);
  expect_error([&] { energies_of(energy, at::zeros({5, 1, 4, 4})); }, "datum 2", Fault::failure);
  expect_error([&] { gradients(energy, *seven()); }, "datum 2", Fault::failure);
  const Scoring scoring{.energy = energy, .sigma0 = 0.1, .seed = 1, .batch = 3};
  expect_error([&] { score_table(scoring, *seven(), {}, "all"); }, "datum 2", Fault::failure);
}

TEST(NoNanScores, SoDoThoseOfAddedNoise) {
  const FailingEnergy energy(kShape, 0, 2);
  expect_error([&] { scores(energy, *seven(), ScoreKind::denoising_loss, 0.1, 0, 4); }, "the score of datum 2",
               Fault::failure);
  Tensor x = at::zeros(batch_shape(7, kShape));
  x[5].fill_(std::numeric_limits<float>::infinity());
  for (const ScoreKind kind : {ScoreKind::denoising_loss, ScoreKind::error_ratio}) {
    expect_error([&] { scores(energy, testing::TensorSource(x.narrow(0, 5, 2)), kind, 0.1, 0, 4); },
                 "the score of datum 0 is not finite (the datum holds", Fault::failure);
  }
}

TEST(NoNanScores, ADatumThatIsNotFiniteIsSaidToBeTheReason) {
  const DiagonalGaussianEnergy energy(at::full({3}, 0.5), at::full({1}, 0.09));
  Tensor x = at::zeros({4, 3});
  x[1][2] = std::numeric_limits<float>::infinity();
  expect_error([&] { energies_of(energy, x); }, "datum 1 is not finite (the datum holds", Fault::failure);
}

TEST(NoNanFigures, LevelsAndPointsAreNamed) {
  const FailingEnergy energy(kShape, 1, 2);
  const Calibration calibration{.sigmas = {0.1, 0.4}, .sigma0 = 0.1};
  expect_error([&] { noise_calibration(energy, *seven(), calibration); }, "with noise 0.4 is not finite",
               Fault::failure);
  const FailingEnergy plane({2}, 0, 5);
  expect_error([&] { density_on(PlaneGrid{1, 16}, plane); }, "not finite at 1 of 256 points", Fault::failure);
}

TEST(NoNanFigures, AnyFigureOfResultsIsFound) {
  const double nan = std::nan("");
  EXPECT_EQ(first_not_finite(Results({{"a", 1.0}, {"b", int64_t{1}}})), "");
  EXPECT_EQ(first_not_finite(Results({{"a", 1.0}, {"b", nan}})), "b");
  EXPECT_EQ(first_not_finite(Results({{"a", std::vector<double>{1, nan}}})), "a");
  const std::vector<ResultRow> rows{{{"x", 1.0}, {"ratio", nan}}, {{"x", 2.0}, {"ratio", 1.0}}};
  EXPECT_EQ(first_not_finite(Results({{"t", rows}})), "ratio");
  EXPECT_EQ(first_not_finite(Results({{"t", rows}}), "ratio"), "");
}

/// An evaluation whose figure is what it is told.
class Figure final : public Evaluation {
 public:
  explicit Figure(double value) : value_(value) {}
  OptionList options() override { return {}; }
  Results run(EvaluationContext&) const override { return {{"distance", value_}}; }

 private:
  double value_;
};

TEST(NoNanFigures, AnEvaluationThatGivesOneFails) {
  EvaluationContext context(EvaluationOptions{.images = "some"});
  const EvaluationKind& kind = find_evaluation("fid");
  EXPECT_NO_THROW(evaluated(kind, Figure(1), context));
  expect_error([&] { evaluated(kind, Figure(std::nan("")), context); }, "fid: the figure 'distance' is not finite",
               Fault::failure);
}

// Steps of 10000 leave both densities at once; of steps that fit, one of four proposals is accepted at least.
TEST(NoNanRefused, AnnealingThatGoesNowhereIsAnError) {
  const DiagonalGaussianEnergy reference(at::zeros({4}), at::ones({1}));
  const DiagonalGaussianEnergy model(at::zeros({4}), at::full({1}, 0.25));
  const Bridge bridge(reference, model);
  const RandomRows rows = RandomRows::slots(1, Stream::data, 0, 8);
  const double huge = std::log(1e4);
  Annealing annealing{{0, 0.2, 0.4, 0.6, 0.8, 1}, Curve({0, 1}, {huge, huge})};
  EXPECT_EQ(anneal_forward(bridge, annealing, rows).refused, 8);
  annealing.log_step_size = Curve({0, 1}, {-2, -2});
  EXPECT_EQ(anneal_forward(bridge, annealing, rows).refused, 0);
}

}  // namespace
}  // namespace mdsm
