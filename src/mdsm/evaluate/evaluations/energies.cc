#include "mdsm/evaluate/evaluations/energies.h"

#include "mdsm/evaluate/distribution.h"
#include "mdsm/evaluate/energy_comparison.h"
#include "mdsm/evaluate/histogram.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/units.h"

namespace mdsm {
namespace {

constexpr int64_t kMost = 5000;
constexpr int64_t kBins = 60;

ResultRow row_of(const std::string& score, const std::string& set, const Tensor& values) {
  const Distribution d = distribution_of(values);
  return {{"score", score}, {"set", set},         {"mean", d.mean}, {"std", d.deviation},
          {"q05", d.q05},   {"median", d.median}, {"q95", d.q95}};
}

}  // namespace

Results evaluate_energies(EvaluationContext& context, const EnergiesOptions& /*options*/) {
  const auto train = context.chosen(context.training_data(), kMost);
  const auto test = context.chosen(context.test_data(), kMost);
  require_scorable(context.energy(), *train);
  require_scorable(context.energy(), *test);
  const PartStore parts = context.parts("energies", {{"train", to_json(name_of(*train))},
                                                     {"test", to_json(name_of(*test))},
                                                     {"n", to_json(context.options.n)},
                                                     {"chosen", to_json("by the seed")}});
  const Scoring scoring{.energy = context.energy(),
                        .sigma0 = context.trained().sigma0(),
                        .seed = context.options.seed,
                        .batch = context.batch_or(kScoreBatch)};
  const EnergyComparison found = compare_energies(scoring, *train, *test, parts, context.watch);
  const ScoreTable &a = found.train, &b = found.test;
  context.write_beside("histogram-energy.csv",
                       shared_histogram({{"train", a.energy}, {"test", b.energy}}, kBins).csv());
  context.write_beside("histogram-noisy-energy.csv",
                       shared_histogram({{"train", a.noisy_energy}, {"test", b.noisy_energy}}, kBins).csv());
  Results results{{"train", name_of(*train)},
                  {"n_train", train->size()},
                  {"test", name_of(*test)},
                  {"n_test", test->size()},
                  {"kolmogorov_smirnov", found.plain.distance},
                  {"kolmogorov_smirnov_p", found.plain.p_value},
                  {"kolmogorov_smirnov_noisy", found.noisy.distance},
                  {"kolmogorov_smirnov_noisy_p", found.noisy.p_value}};
  results.set("energies",
              std::vector<ResultRow>{row_of("energy", "train", a.energy), row_of("energy", "test", b.energy),
                                     row_of("noisy-energy", "train", a.noisy_energy),
                                     row_of("noisy-energy", "test", b.noisy_energy)});
  const Shape& shape = context.energy().datum_shape();
  results.set("units", fmt::format("{}; noisy: with noise of sigma0 = {:g}, in {}", energy_unit(shape),
                                   context.trained().sigma0(), coordinate_unit(shape)));
  return results;
}

}  // namespace mdsm
