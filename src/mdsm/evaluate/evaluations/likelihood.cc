#include "mdsm/evaluate/evaluations/likelihood.h"

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/bits_per_dimension.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/noise/corrupt.h"

namespace mdsm {
namespace {

/// Below this part of the chains, the sum of the weights hangs on a few.
constexpr double kFewWeights = 0.1;

/// The data whose density is asked for.
struct Measured {
  std::string name;
  Tensor clean;
  Tensor noisy;  ///< with the noise that the model's density has in it
  double noise = 0;
};

Measured measured_data(EvaluationContext& context, const LikelihoodOptions& options) {
  const auto data = context.test_data();
  const int64_t chains = options.ais.chains;
  require(chains <= data->size(), "{}: {} chains start from data (there are {}). Ask for fewer chains.",
          data->info().name, chains, data->size());
  Measured measured{.name = name_of(*data), .clean = {}, .noisy = {}};
  measured.noise = options.noise >= 0 ? options.noise : context.trained().sigma0();
  measured.clean = subset_source(data, chains, context.options.seed)->read(index_range(0, chains));
  const RandomRows rows = RandomRows::slots(context.options.seed, Stream::measurement, 0, chains);
  measured.noisy = measured.noise > 0 ? corrupt(measured.clean, measured.noise, rows, 0) : measured.clean;
  return measured;
}

std::unique_ptr<AnalyticEnergy> fitted_reference(EvaluationContext& context, const LikelihoodOptions& options) {
  const auto seen = load_seen_data(context.trained().experiment);
  const auto some = subset_source(seen, std::min(options.fit, seen->size()), context.options.seed);
  return gaussian_reference(data_moments(*some, context.watch), context.energy().datum_shape(),
                            reference_shape(options.reference_shape), options.rank, context.trained().sigma0());
}

PartStore parts_of(EvaluationContext& context, LikelihoodOptions options, const Measured& measured) {
  OptionList list;
  list.add_table("ais", options.ais);
  return context.parts("likelihood", {{"ais", to_json(list)},
                                      {"reference", to_json(options.reference_shape)},
                                      {"rank", to_json(options.rank)},
                                      {"fit", to_json(options.fit)},
                                      {"noise", to_json(measured.noise)},
                                      {"data", to_json(measured.name)},
                                      {"chosen", to_json("by the seed")}});
}

std::vector<double> interval(const BootstrapEstimate& estimate) { return {estimate.low, estimate.high}; }

std::vector<ResultRow> rows_of(const std::vector<AcceptanceBand>& bands) {
  std::vector<ResultRow> rows;
  for (const AcceptanceBand& band : bands) {
    rows.push_back({{"beta_low", band.beta_low}, {"beta_high", band.beta_high}, {"acceptance", band.acceptance}});
  }
  return rows;
}

Results results_of(const NormaliserBracket& bracket, const LikelihoodOptions& options) {
  Results results;
  results.set("chains", options.ais.chains)
      .set("transition", options.ais.transition == "hmc" ? "hmc" : "langevin (one unadjusted step a temperature)")
      .set("spacing", options.ais.spacing)
      .set("temperatures", options.ais.temperatures)
      .set("reference", options.reference_shape)
      .set("log_z_reference", bracket.reference_log_normaliser)
      .set("log_z_lower", bracket.lower.value)
      .set("log_z_lower_interval99", interval(bracket.lower))
      .set("log_z_upper", bracket.upper.value)
      .set("log_z_upper_interval99", interval(bracket.upper))
      .set("log_z_gap", bracket.gap())
      .set("log_z_lower_mean_of_logs", bracket.mean_log_lower)
      .set("log_z_upper_mean_of_logs", bracket.mean_log_upper)
      .set("effective_sample_size_forward", bracket.forward_sample_size)
      .set("effective_sample_size_reverse", bracket.reverse_sample_size)
      .set("chains_refused", bracket.forward.refused + bracket.reverse.refused)
      .set("thermodynamic_length", bracket.length)
      .set("gradients_pilot", bracket.pilot_gradients)
      .set("gradients_forward", bracket.forward.gradients)
      .set("gradients_reverse", bracket.reverse.gradients);
  return results;
}

void add_data(Results& results, EvaluationContext& context, const NormaliserBracket& bracket, const Measured& measured,
              int64_t batch) {
  const double energy = energies_of(context.energy(), measured.noisy, batch).mean().item<double>();
  const double sigma0 = context.trained().sigma0();
  const Shape& shape = context.energy().datum_shape();
  results.set("energy_mean", energy)
      .set("energy_mean_without_noise", energies_of(context.energy(), measured.clean, batch).mean().item<double>())
      .set("noise", measured.noise)
      .set("sigma0", sigma0)
      .set("dimensions", element_count(shape))
      .set("bits_per_dim_low", bits_per_dimension(energy, bracket.lower.value, shape))
      .set("bits_per_dim_high", bits_per_dimension(energy, bracket.upper.value, shape))
      .set("bits_per_dim_high_mean_of_logs", bits_per_dimension(energy, bracket.mean_log_upper, shape))
      .set("bits_per_dim_convention", bits_convention(shape))
      .set("bits_per_dim_entropy_floor", noise_entropy_bits(sigma0, shape))
      .set("log_density_low", -(energy + bracket.upper.value))
      .set("log_density_high", -(energy + bracket.lower.value))
      .set("log_density_convention", "nats a datum, " + coordinate_unit(shape))
      .set("units", "energies and log_z in nats a datum; noise and sigma0 in " + coordinate_unit(shape));
}

void add_notes(Results& results, const NormaliserBracket& bracket, const BracketOptions& ais, bool noise_is_sigma0) {
  const double least = std::min(bracket.forward_sample_size, bracket.reverse_sample_size);
  if (least < kFewWeights * static_cast<double>(ais.chains)) {
    results.note(fmt::format(
        "few weights have nearly all of the sum (an effective sample size of {:.1f} out of {}): log_z_lower and "
        "log_z_upper may lie on the wrong side. Trust the means of logs, and take more temperatures.",
        least, ais.chains));
  }
  const int64_t refused = bracket.forward.refused + bracket.reverse.refused;
  if (refused > 0) {
    results.note(fmt::format(
        "{} of {} chains have gone nowhere: every proposal was refused, and their weights compare two densities "
        "without a move. Take more temperatures, or a larger target_acceptance (shorter steps).",
        refused, 2 * ais.chains));
  }
  results.note(
      "the reverse chains start from data, not from exact samples of the model: log_z_upper is an upper bound in "
      "expectation only as far as the data are such samples. bits_per_dim_high_mean_of_logs is a conservative estimate "
      "for the density that the forward annealing draws from, wherever its chains start.");
  if (!noise_is_sigma0)
    results.note(
        "the floor is the entropy of noise of size sigma0 a dimension; it holds for data with that noise alone.");
  if (ais.transition != "hmc")
    results.note("unadjusted Langevin steps leave no density invariant: neither number is a bound.");
}

}  // namespace

Results evaluate_likelihood(EvaluationContext& context, const LikelihoodOptions& told) {
  context.prefer_float32();  // Metropolis tests and weights take differences of large energies
  LikelihoodOptions options = told;
  options.ais.batch = context.batch_or(options.ais.batch);
  const Measured measured = measured_data(context, options);
  const PartStore parts = parts_of(context, options, measured);
  const auto reference = fitted_reference(context, options);
  const NormaliserBracket bracket = bracket_normaliser(*reference, context.energy(), measured.noisy, options.ais,
                                                       context.options.seed, parts, context.watch);
  Results results{{"data", measured.name}};
  results.append(results_of(bracket, options));
  add_data(results, context, bracket, measured, options.ais.batch);
  if (!bracket.acceptance.empty()) results.set("acceptance", rows_of(bracket.acceptance));
  add_notes(results, bracket, options.ais, measured.noise == context.trained().sigma0());
  return results;
}

}  // namespace mdsm
