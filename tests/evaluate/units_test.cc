// In which units figures are told: each convention by a known answer, of images and of vectors.
#include "mdsm/evaluate/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/data/index_range.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/evaluate/bits_per_dimension.h"
#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/evaluate/evaluations/likelihood.h"
#include "mdsm/evaluate/evaluations/noise_levels.h"
#include "mdsm/evaluate/quality.h"
#include "mdsm/formats/npy.h"
#include "support/temp_dir.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using ::testing::AnyOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TempDir;
using testing::TensorSource;

constexpr double kVariance = 0.01;
constexpr int64_t kData = 32;

/// A Gaussian of known normaliser as if it had been trained, and a file of data that are its own.
struct KnownModel {
  explicit KnownModel(const Shape& shape) : shape_of_data(shape) {
    energy = std::make_shared<DiagonalGaussianEnergy>(at::full(shape, 0.5), at::full({1}, kVariance));
    x = energy->sample(RandomRows::slots(1, Stream::data, 0, kData)).clamp(0, 1);
    write("x.npy", x);
    trained.energy = energy;
    trained.experiment.objective.sigma0 = 0.1;
    trained.experiment.data.name = (folder / "x.npy").string();
    trained.experiment.data.held_out = 0;
    trained.experiment.sample.start = "noise";
  }
  /// Images are kept in 8 bits, as they mostly are.
  void write(const std::string& name, Tensor& data) const {
    if (!has_pixels(shape_of_data)) return write_npy(folder / name, data);
    const Tensor bytes = data.mul(255).round().to(at::kByte);
    write_npy(folder / name, bytes);
    data = bytes.to(at::kFloat) / 255;
  }
  EvaluationOptions options() const { return {.images = trained.experiment.data.name, .n = 0}; }
  double mean_energy() const { return energies_of(*energy, x, kData).mean().item<double>(); }
  /// By hand: (E + log Z) / (d ln 2), log Z = (d/2) log(2 pi v).
  double bits_in_own_units() const {
    const auto d = static_cast<double>(element_count(shape_of_data));
    return (mean_energy() + d / 2 * std::log(2 * std::numbers::pi * kVariance)) / (d * std::log(2.0));
  }

  TempDir folder;
  Shape shape_of_data;
  std::shared_ptr<AnalyticEnergy> energy;
  Tensor x;
  TrainedEnergy trained;
};

std::string text(const Results& results, const std::string& name) {
  const ResultValue* value = results.find(name);
  return value == nullptr ? "(no " + name + ")" : std::get<std::string>(*value);
}
double number(const Results& results, const std::string& name) { return std::get<double>(*results.find(name)); }

Results likelihood_of(const KnownModel& model) {
  EvaluationContext context(model.trained, model.options());
  LikelihoodOptions options;
  options.ais.chains = kData;
  options.ais.temperatures = 100;
  options.noise = 0;
  return evaluate_likelihood(context, options);
}

// The bracket's own spread is some 0.1 nats of 16 dimensions: 0.01 bits. An offset of 8 bits, or one forgotten, is 800 of
// these away.
TEST(Units, BitsADimensionOfAKnownGaussianAreOfPixelsForImages) {
  const KnownModel model({1, 4, 4});
  const Results found = likelihood_of(model);
  EXPECT_NEAR(number(found, "bits_per_dim_high_mean_of_logs"), model.bits_in_own_units() + 8, 0.05);
  EXPECT_EQ(text(found, "bits_per_dim_convention"), "pixels in [0, 255] (256 levels)");
  EXPECT_EQ(text(found, "log_density_convention"), "nats a datum, pixels in [0, 1]");
  EXPECT_NEAR(number(found, "bits_per_dim_entropy_floor"), 6.725, 5e-4);  // the paper's, of sigma0 = 0.1
}

TEST(Units, BitsADimensionOfAKnownGaussianAreOfTheDataForVectors) {
  const KnownModel model({16});
  const Results found = likelihood_of(model);
  EXPECT_NEAR(number(found, "bits_per_dim_high_mean_of_logs"), model.bits_in_own_units(), 0.05);
  EXPECT_THAT(text(found, "bits_per_dim_convention"), HasSubstr("the data's own units"));
  EXPECT_EQ(text(found, "log_density_convention"), "nats a datum, the data's own units");
  EXPECT_NEAR(number(found, "bits_per_dim_entropy_floor"), 6.725 - 8, 5e-4);
}

// Uniform pixels: density 1 on [0, 1]^d, E + log Z = 0 nats, 8 bits a dimension of 256 levels; the same vector has 0.
TEST(Units, BitsADimensionOfUniformPixelsAre8) {
  EXPECT_EQ(bits_per_dimension(12, -12, {1, 10, 10}), 8);
  EXPECT_EQ(bits_per_dimension(12, -12, {100}), 0);
  EXPECT_NEAR(bits_per_dimension(10 * std::numbers::ln2, 0, {1, 2, 5}), 9, 1e-12);
  EXPECT_NEAR(bits_per_dimension(10 * std::numbers::ln2, 0, {10}), 1, 1e-12);
}

// E = |x|^2 / 2 of x with |x| = 5: 12.5 nats, a gradient of 5, a residual of sigma0^2 times that.
TEST(Units, ScoresOfAKnownEnergy) {
  for (const Shape& shape : {Shape{4}, Shape{1, 2, 2}}) {
    const DiagonalGaussianEnergy energy(at::zeros(shape), at::ones({1}));
    Tensor x = at::zeros({1, 4});
    x[0][0] = 3;
    x[0][3] = 4;
    const TensorSource data(x.view(batch_shape(1, shape)));
    const auto score = [&](ScoreKind kind) { return scores(energy, data, kind, 0.1, 10, 1, {})[0].item<double>(); };
    EXPECT_NEAR(score(ScoreKind::energy), 12.5, 1e-5);
    EXPECT_NEAR(score(ScoreKind::gradient), 5, 1e-5);
    EXPECT_NEAR(score(ScoreKind::residual), 0.05, 1e-6);
    EXPECT_NEAR(score(ScoreKind::typicality), 2.5, 1e-5);
    EXPECT_EQ(score_unit(ScoreKind::energy, shape), "nats a datum (4 dimensions), up to the network's own constant");
    EXPECT_EQ(score_unit(ScoreKind::residual, shape), shape.size() == 3
                                                          ? "pixels in [0, 1]: Euclidean norm over 4 dimensions"
                                                          : "the data's own units: Euclidean norm over 4 dimensions");
  }
}

// A tenth of the range is 20 dB, half of it 6.02 dB: the peak is 1, not 255.
TEST(Units, PeakSignalToNoiseOfAKnownDifference) {
  const Tensor truth = at::full({1, 1, 16, 16}, 0.25);
  EXPECT_NEAR(psnr(truth + 0.1, truth)[0].item<double>(), 20, 1e-4);
  EXPECT_NEAR(psnr(truth + 0.5, truth)[0].item<double>(), 6.0206, 1e-4);
}

// E = |x - m|^2 / (2 sigma0^2) jumps to m at once: data that are all m have error 0, and the noise found is the noise, a
// dimension and in units of the data. 4.75 standard errors of sqrt(mean of 16 * 32 squares) are 15 %.
TEST(Units, NoiseIsToldADimensionInUnitsOfTheData) {
  for (const Shape& shape : {Shape{16}, Shape{1, 4, 4}}) {
    KnownModel model(shape);
    Tensor means = at::full(batch_shape(kData, shape), 0.5);
    model.write("m.npy", means);
    EvaluationOptions options = model.options();
    options.images = (model.folder / "m.npy").string();
    EvaluationContext context(model.trained, options);
    const Results found = evaluate_noise_levels(context, {.levels = 1, .sigma_min = 0.3, .sigma_max = 0.3});
    const ResultRow row = std::get<std::vector<ResultRow>>(*found.find("noise_levels"))[0];
    for (const auto& [name, value] : row) {
      if (name != "error" && name != "implied_sigma") continue;
      EXPECT_NEAR(std::get<double>(value), name == "error" ? 0 : 0.3, name == "error" ? 0.5 / 255 + 1e-5 : 0.045);
    }
    EXPECT_THAT(text(found, "units"), HasSubstr(shape.size() == 3 ? "pixels in [0, 1]" : "the data's own units"));
  }
}

/// An evaluation of the model with its own settings, made small.
Results small_evaluation(const KnownModel& model, const std::string& name) {
  EvaluationContext context(model.trained, model.options());
  const EvaluationKind& kind = find_evaluation(name);
  const auto evaluation = kind.make();
  const OptionList list = evaluation->options();
  const auto set = [&](const std::string& option, const OptionValue& value) {
    for (const OptionEntry& entry : list.entries()) {
      if (entry.name == option) entry.assign(value, "test");
    }
  };
  set("temperatures", int64_t{4});
  set("chains", int64_t{4});
  set("pilot_chains", int64_t{2});
  set("levels", int64_t{2});
  set("against", std::vector<std::string>{model.trained.experiment.data.name});
  if (name != "likelihood") set("steps", int64_t{4});
  return evaluated(kind, *evaluation, context);
}

// Every evaluation that takes vectors: it says its units, and nothing that is true of pixels alone.
TEST(Units, EveryEvaluationSaysThemAndTellsOfVectorsWhatVectorsAre) {
  KnownModel vectors({16}), images({1, 4, 4});
  for (KnownModel* model : {&vectors, &images}) model->trained.experiment.data.held_out = 8;
  for (const char* name : {"likelihood", "ood", "neighbours", "energies", "noise-levels", "trace"}) {
    const std::string of_vectors = small_evaluation(vectors, name).to_json(-1);
    EXPECT_THAT(of_vectors, ContainsRegex("the data's own units|nats a datum")) << name;
    EXPECT_THAT(of_vectors,
                Not(AnyOf(HasSubstr("pixel"), HasSubstr("[0, 255]"), HasSubstr("[0, 1]"), HasSubstr(" dB"))))
        << name;
    const std::string of_images = small_evaluation(images, name).to_json(-1);
    EXPECT_THAT(of_images, ContainsRegex("pixels in \\[0, 1\\]|nats a datum")) << name;
    EXPECT_THAT(of_images, Not(HasSubstr("own units"))) << name;
  }
}

}  // namespace
}  // namespace mdsm
