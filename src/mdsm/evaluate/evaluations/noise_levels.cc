#include "mdsm/evaluate/evaluations/noise_levels.h"

#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/units.h"

namespace mdsm {
namespace {

constexpr int64_t kMost = 500;

std::vector<ResultRow> rows_of(const std::vector<NoiseLevelResult>& levels) {
  std::vector<ResultRow> rows;
  for (const NoiseLevelResult& at : levels) {
    rows.push_back({{"sigma", at.sigma},
                    {"error", at.error},
                    {"implied_sigma", at.implied},
                    {"implied_sigma_std", at.implied_spread},
                    {"implied_over_true", at.implied / at.sigma},
                    {"calibration", at.calibration}});
  }
  return rows;
}

std::string csv_of(const std::vector<NoiseLevelResult>& levels) {
  std::string text = "sigma,error,implied_sigma,implied_sigma_std,calibration\n";
  for (const NoiseLevelResult& at : levels) {
    text += fmt::format("{:.9g},{:.9g},{:.9g},{:.9g},{:.9g}\n", at.sigma, at.error, at.implied, at.implied_spread,
                        at.calibration);
  }
  return text;
}

}  // namespace

Calibration calibration_of(EvaluationContext& context, const NoiseLevelsOptions& options) {
  const NoiseOptions& trained = context.trained().experiment.noise;
  const double low = options.sigma_min > 0 ? options.sigma_min : trained.sigma_min;
  const double high = options.sigma_max > 0 ? options.sigma_max : trained.sigma_max;
  return {.sigmas = spread_levels(low, high, options.levels),
          .sigma0 = context.trained().sigma0(),
          .seed = context.options.seed,
          .batch = context.batch_or(kDenoisingBatch)};
}

Results evaluate_noise_levels(EvaluationContext& context, const NoiseLevelsOptions& options) {
  const NoiseOptions& trained = context.trained().experiment.noise;
  const auto data = context.chosen(context.test_data(), kMost);
  const Calibration calibration = calibration_of(context, options);
  const std::vector<NoiseLevelResult> found = noise_calibration(context.energy(), *data, calibration, context.watch);
  context.write_beside("noise-levels.csv", csv_of(found));
  Results results{{"data", name_of(*data)},
                  {"n", data->size()},
                  {"sigma0", calibration.sigma0},
                  {"trained_sigma_min", trained.sigma_min},
                  {"trained_sigma_max", trained.sigma_max}};
  results.set("noise_levels", rows_of(found));
  results.set("units", "sigma, error, implied_sigma: root mean square over the dimensions, in " +
                           coordinate_unit(context.energy().datum_shape()));
  results.note(
      "calibration is sqrt(error^2 + implied^2) / sigma, 1 for the posterior mean; implied sigma alone is smaller than "
      "sigma even then.");
  return results;
}

}  // namespace mdsm
