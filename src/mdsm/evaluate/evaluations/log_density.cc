#include "mdsm/evaluate/evaluations/log_density.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/evaluate/bits_per_dimension.h"
#include "mdsm/evaluate/density/flow.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/units.h"

namespace mdsm {
namespace {

constexpr int64_t kMost = 100;

/// Mean over data, and its standard error.
ResultRow row_of(const char* method, const Tensor& log_density, const Shape& shape) {
  const double mean = log_density.mean().item<double>();
  const auto count = static_cast<double>(log_density.size(0));
  const double error = log_density.size(0) < 2 ? 0 : log_density.std().item<double>() / std::sqrt(count);
  return {{"method", method},
          {"log_density", mean},
          {"standard_error", error},
          {"bits_per_dim", bits_per_dimension(-mean, 0, shape)}};
}

LevelRange range_of(EvaluationContext& context, const LogDensityOptions& options) {
  const NoiseOptions& trained = context.trained().experiment.noise;
  return {.sigma_min = options.sigma_min > 0 ? options.sigma_min : trained.sigma_min,
          .sigma_max = options.sigma_max > 0 ? options.sigma_max : trained.sigma_max,
          .levels = options.levels,
          .seed = context.options.seed,
          .batch = context.batch_or(100)};
}

}  // namespace

Results evaluate_log_density(EvaluationContext& context, const LogDensityOptions& options) {
  context.prefer_float32();
  const auto data = context.chosen(context.test_data(), kMost);
  const TrainedEnergy& trained = context.trained();
  require(trained.moments != nullptr,
          "log-density: {} holds no moments of its data, which say what data with much noise are. Train it again, with "
          "train.moments_rank above 0.",
          trained.file.string());
  LevelRange range = range_of(context, options);
  const LevelEnergies energies = blind_energy(trained.energy, trained.sigma0());
  const Tensor bound = elbo(energies, *trained.moments, *data, range, context.watch);
  range.levels = options.steps;
  const FlowDensity flow = flow_density(energies, *trained.moments, *data, range, options.probes, context.watch);
  const Tensor gaussian = SmoothedMoments(*trained.moments, range.sigma_min).log_density(flow.noisy);
  const Shape& shape = trained.energy->datum_shape();
  Results results{
      {"data", name_of(*data)}, {"n", data->size()}, {"sigma_min", range.sigma_min}, {"sigma_max", range.sigma_max}};
  results.set("log_density", std::vector<ResultRow>{row_of("denoiser's lower bound", bound, shape),
                                                    row_of("probability flow", flow.log_density, shape),
                                                    row_of("Gaussian of the data's moments", gaussian, shape)});
  results.set("bits_per_dim_convention", bits_convention(shape))
      .set("bits_per_dim_entropy_floor", noise_entropy_bits(range.sigma_min, shape))
      .set("units", "log_density in nats a datum, " + coordinate_unit(shape) + "; sigma likewise");
  results.note(
      "these are densities of the denoiser, of data with noise sigma_min; of the energy itself, exp(-E) / Z, the "
      "evaluation 'likelihood' tells. The three agree only where the energy is normalised at every level.");
  return results;
}

}  // namespace mdsm
