// mdsm evaluate RUN noise-levels: is the blind denoiser calibrated?

#include "mdsm/base/error.h"
#include "mdsm/cli/evaluation_parts.h"
#include "mdsm/evaluate/noise_calibration.h"
#include "mdsm/noise/levels.h"

namespace mdsm::cli {
namespace {

struct Arguments {
  int64_t levels = 16;
  double sigma_min = 0;
  double sigma_max = 0;
};

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

Results measure(EvaluationContext& context, const Arguments& arguments) {
  const TrainedEnergy& trained = context.trained();
  const NoiseOptions& trained_noise = trained.experiment.noise;
  const double low = arguments.sigma_min > 0 ? arguments.sigma_min : trained_noise.sigma_min;
  const double high = arguments.sigma_max > 0 ? arguments.sigma_max : trained_noise.sigma_max;
  const Tensor sigmas = geometric_levels(low, high, arguments.levels);
  const auto data = data_of(context, context.options.images, Split::test);
  const int64_t count = count_of(context, *data, 500);
  const PassOptions pass{context.batch_or(128), context.terminal.pass_progress("denoised", count * arguments.levels)};
  const std::vector<NoiseLevelResult> found =
      noise_calibration(*trained.energy, *data, count,
                        {sigmas.const_data_ptr<double>(), sigmas.const_data_ptr<double>() + sigmas.numel()},
                        trained.sigma0(), context.options.seed, pass);
  write_beside(context, "noise-levels.csv", csv_of(found));
  Results results{{"data", name_of(*data)},
                  {"n", count},
                  {"sigma0", trained.sigma0()},
                  {"trained_sigma_min", trained_noise.sigma_min},
                  {"trained_sigma_max", trained_noise.sigma_max}};
  results.set("noise_levels", rows_of(found));
  results.note(
      "calibration is sqrt(error^2 + implied^2) / sigma, 1 for the posterior mean; implied sigma alone is smaller than "
      "sigma even then.");
  return results;
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("--levels", arguments->levels, "noise levels, spread geometrically")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--sigma-min", arguments->sigma_min, "smallest [that of training]")->check(CLI::PositiveNumber);
  app.add_option("--sigma-max", arguments->sigma_max, "largest [that of training]")->check(CLI::PositiveNumber);
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateNoiseLevels{
    "noise-levels", "Denoising error and implied noise against true noise, on --images or the test half.",
    "runs/a noise-levels --out runs/a/noise-levels", "data [all, at most 500]", declare};

}  // namespace mdsm::cli
