// mdsm evaluate RUN likelihood: log Z by annealed importance sampling, and bits a dimension of data.

#include <cmath>
#include <numbers>

#include "mdsm/base/error.h"
#include "mdsm/cli/evaluation_parts.h"
#include "mdsm/config/option_list.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/gaussian_fit.h"
#include "mdsm/evaluate/likelihood.h"
#include "mdsm/noise/corrupt.h"

namespace mdsm::cli {
namespace {

struct Arguments {
  LikelihoodOptions ais;
  std::string reference_shape = "low-rank";
  int64_t rank = 100;
  int64_t fit = 10000;
  double noise = -1;
};

/// Spread over the set, so that a sorted one gives all its classes.
std::vector<int64_t> spread_indices(int64_t size, int64_t count) {
  std::vector<int64_t> indices(static_cast<size_t>(count));
  for (int64_t k = 0; k < count; ++k)
    indices[static_cast<size_t>(k)] = size == Source::kEndless ? k : k * (size / count);
  return indices;
}

/// The data whose density is asked for, with the noise that the model's density has in it.
Tensor smoothed_data(EvaluationContext& context, const Source& data, int64_t count, double noise, Tensor& clean) {
  require(count <= data.size(), "{}: {} chains start from data (there are {}). Lower --chains.", data.info().name,
          count, data.size());
  clean = data.read(spread_indices(data.size(), count));
  const RandomRows rows = RandomRows::slots(context.options.seed, Stream::measurement, 0, count);
  return noise > 0 ? corrupt(clean, at::full({count}, noise), rows, 0) : clean;
}

/// Mean energy of data, in batches.
double mean_energy(const Energy& energy, const Tensor& x, int64_t batch) {
  double sum = 0;
  for (const Tensor& part : x.split(batch)) sum += energy.value(part).to(at::kDouble).sum().item<double>();
  return sum / static_cast<double>(x.size(0));
}

std::vector<double> interval(const BootstrapEstimate& estimate) { return {estimate.low, estimate.high}; }

std::vector<ResultRow> rows_of(const std::vector<AcceptanceBand>& bands) {
  std::vector<ResultRow> rows;
  for (const AcceptanceBand& band : bands) {
    rows.push_back({{"beta_low", band.beta_low}, {"beta_high", band.beta_high}, {"acceptance", band.acceptance}});
  }
  return rows;
}

/// Bits a dimension of data of this mean energy, pixels in [0, 255].
double bits(double energy, double log_z, double dimensions) {
  return (energy + log_z) / (dimensions * std::numbers::ln2) + 8;
}

Results results_of(const NormaliserBracket& bracket, const Arguments& arguments) {
  Results results;
  results.set("chains", arguments.ais.chains)
      .set("transition", arguments.ais.transition == "hmc" ? "hmc" : "langevin (one unadjusted step a temperature)")
      .set("spacing", arguments.ais.spacing)
      .set("temperatures", arguments.ais.temperatures)
      .set("reference", arguments.reference_shape)
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
      .set("thermodynamic_length", bracket.length)
      .set("gradients_pilot", bracket.pilot_gradients)
      .set("gradients_forward", bracket.forward.gradients)
      .set("gradients_reverse", bracket.reverse.gradients);
  return results;
}

void add_data(Results& results, const NormaliserBracket& bracket, double energy, double clean_energy, double noise,
              double sigma0, double dimensions) {
  const auto nats = [&](double log_z) { return -(energy + log_z); };
  results.set("energy_mean", energy)
      .set("energy_mean_without_noise", clean_energy)
      .set("noise", noise)
      .set("sigma0", sigma0)
      .set("dimensions", static_cast<int64_t>(dimensions))
      .set("bits_per_dim_low", bits(energy, bracket.lower.value, dimensions))
      .set("bits_per_dim_high", bits(energy, bracket.upper.value, dimensions))
      .set("bits_per_dim_high_mean_of_logs", bits(energy, bracket.mean_log_upper, dimensions))
      .set("bits_per_dim_convention", "pixels in [0, 255] (256 levels)")
      .set("bits_per_dim_entropy_floor", std::log2(sigma0 * std::sqrt(2 * std::numbers::pi * std::numbers::e)) + 8)
      .set("log_density_low", nats(bracket.upper.value))
      .set("log_density_high", nats(bracket.lower.value))
      .set("log_density_convention", "nats a datum, pixels in [0, 1]");
}

void add_notes(Results& results, const NormaliserBracket& bracket, const Arguments& arguments, double noise,
               double sigma0) {
  const double least = std::min(bracket.forward_sample_size, bracket.reverse_sample_size);
  if (least < 0.1 * static_cast<double>(arguments.ais.chains)) {
    results.note(fmt::format(
        "few weights have nearly all of the sum (an effective sample size of {:.1f} out of {}): log_z_lower and "
        "log_z_upper may lie on the wrong side. Trust the means of logs, and take more --temperatures.",
        least, arguments.ais.chains));
  }
  results.note(
      "the reverse chains start from data, not from exact samples of the model: log_z_upper is an upper bound in "
      "expectation only as far as the data are such samples. bits_per_dim_high_mean_of_logs is a conservative estimate "
      "for the density that the forward annealing draws from, wherever its chains start.");
  if (noise != sigma0)
    results.note("the floor is the entropy of noise of size sigma0 a pixel; it holds for data with that noise alone.");
  if (arguments.ais.transition != "hmc")
    results.note("unadjusted Langevin steps leave no density invariant: neither number is a bound.");
}

Results measure(EvaluationContext& context, Arguments arguments) {
  context.prefer_float32();  // Metropolis tests and weights take differences of large energies
  const TrainedEnergy& trained = context.trained();
  const double sigma0 = trained.sigma0();
  const double noise = arguments.noise >= 0 ? arguments.noise : sigma0;
  arguments.ais.batch = context.batch_or(arguments.ais.batch);
  const auto data = data_of(context, context.options.images, Split::test);
  const auto training = load_source(trained.experiment.data, Split::train);
  OptionList list;
  list.add_table("ais", arguments.ais);
  const PartStore parts = parts_of(context, "likelihood",
                                   {{"ais", nlohmann::ordered_json::parse(to_json(list))},
                                    {"reference", arguments.reference_shape},
                                    {"rank", arguments.rank},
                                    {"fit", arguments.fit},
                                    {"noise", noise},
                                    {"data", name_of(*data)}});
  Tensor clean;
  const Tensor x = smoothed_data(context, *data, arguments.ais.chains, noise, clean);
  const int64_t fit = std::min(arguments.fit, training->size());
  const auto reference = gaussian_reference(
      data_moments(*training, fit, context.terminal.pass_progress("fitted the reference to", fit)),
      trained.energy->datum_shape(), reference_shape(arguments.reference_shape), arguments.rank, sigma0);
  LikelihoodHooks hooks{.parts = &parts};
  hooks.progress = [&](double fraction, std::string_view text) {
    context.terminal.progress().update(fraction, text);
    return !context.terminal.interrupted();
  };
  const NormaliserBracket bracket =
      bracket_normaliser(*reference, *trained.energy, x, arguments.ais, context.options.seed, hooks);
  Results results{{"data", name_of(*data)}};
  results.append(results_of(bracket, arguments));
  add_data(results, bracket, mean_energy(*trained.energy, x, arguments.ais.batch),
           mean_energy(*trained.energy, clean, arguments.ais.batch), noise, sigma0,
           static_cast<double>(element_count(trained.energy->datum_shape())));
  if (!bracket.acceptance.empty()) results.set("acceptance", rows_of(bracket.acceptance));
  add_notes(results, bracket, arguments, noise, sigma0);
  return results;
}

/// A check of CLI11 out of an option's limits.
void limit(CLI::Option& option, const Limits& limits) {
  if (!limits.choices.empty()) option.check(CLI::IsMember(limits.choices));
  else if (limits.open_min) option.check(CLI::PositiveNumber);
  else if (std::isfinite(limits.min)) option.check(CLI::Range(limits.min, std::min(limits.max, 1e9)));
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  arguments->ais.visit([&app](std::string name, auto& variable, const char* help, const Limits& limits) {
    std::replace(name.begin(), name.end(), '_', '-');
    limit(*app.add_option("--" + name, variable, help)->capture_default_str(), limits);
  });
  app.add_option("--reference-shape", arguments->reference_shape,
                 "the Gaussian that annealing starts from: 'low-rank' or 'diagonal', fitted to training data, plus "
                 "noise sigma0")
      ->check(CLI::IsMember(reference_shape_names()))
      ->capture_default_str();
  app.add_option("--rank", arguments->rank, "principal directions of 'low-rank'")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--fit", arguments->fit, "training data that the reference is fitted to")
      ->check(CLI::Range(int64_t{2}, int64_t{1} << 40))
      ->capture_default_str();
  app.add_option("--noise", arguments->noise,
                 "noise added to the data that are measured; 0: none [sigma0, which the model's density has]")
      ->check(CLI::NonNegativeNumber);
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateLikelihood{
    "likelihood",
    "Bracket log Z by annealed importance sampling; bits a dimension of data (--images, or the test half).",
    "runs/a likelihood --chains 64 --out runs/a/likelihood", nullptr, declare};

}  // namespace mdsm::cli
