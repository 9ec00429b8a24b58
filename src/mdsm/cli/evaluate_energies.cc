// mdsm evaluate RUN energies: are test data as likely as training data?

#include "mdsm/base/error.h"
#include "mdsm/cli/evaluation_parts.h"
#include "mdsm/evaluate/histogram.h"
#include "mdsm/evaluate/kolmogorov_smirnov.h"
#include "mdsm/evaluate/score_table.h"

namespace mdsm::cli {
namespace {

constexpr int64_t kMost = 5000;
constexpr int64_t kBins = 60;

/// Energies of the first data of a set, without and with noise sigma0.
ScoreTable table_of(EvaluationContext& context, const Source& data, const std::string& name, int64_t count,
                    const PartStore& parts) {
  const TrainedEnergy& trained = context.trained();
  const PassOptions pass{context.batch_or(256), context.terminal.pass_progress(name + " data: scored", count)};
  return score_table(*trained.energy, data, count, trained.sigma0(), context.options.seed, pass, parts, name);
}

ResultRow row_of(const std::string& score, const std::string& set, const Tensor& values) {
  const Tensor q = at::quantile(values, at::tensor({0.05, 0.5, 0.95}, at::kDouble));
  return {{"score", score},
          {"set", set},
          {"mean", values.mean().item<double>()},
          {"std", values.size(0) > 1 ? values.std().item<double>() : 0.0},
          {"q05", q[0].item<double>()},
          {"median", q[1].item<double>()},
          {"q95", q[2].item<double>()}};
}

Results measure(EvaluationContext& context) {
  const auto train = data_of(context, context.options.reference, Split::train);
  const auto test = data_of(context, context.options.images, Split::test);
  const int64_t train_count = count_of(context, *train, kMost), test_count = count_of(context, *test, kMost);
  const PartStore parts = parts_of(context, "energies",
                                   {{"train", name_of(*train)},
                                    {"test", name_of(*test)},
                                    {"n", context.options.count}});
  const ScoreTable a = table_of(context, *train, "train", train_count, parts);
  const ScoreTable b = table_of(context, *test, "test", test_count, parts);
  const KolmogorovSmirnov plain = kolmogorov_smirnov(a.energy, b.energy);
  const KolmogorovSmirnov noisy = kolmogorov_smirnov(a.noisy_energy, b.noisy_energy);
  write_beside(context, "histogram-energy.csv",
               shared_histogram({{"train", a.energy}, {"test", b.energy}}, kBins).csv());
  write_beside(context, "histogram-noisy-energy.csv",
               shared_histogram({{"train", a.noisy_energy}, {"test", b.noisy_energy}}, kBins).csv());
  Results results{{"train", name_of(*train)},
                  {"n_train", train_count},
                  {"test", name_of(*test)},
                  {"n_test", test_count},
                  {"kolmogorov_smirnov", plain.distance},
                  {"kolmogorov_smirnov_p", plain.p_value},
                  {"kolmogorov_smirnov_noisy", noisy.distance},
                  {"kolmogorov_smirnov_noisy_p", noisy.p_value}};
  results.set("energies",
              std::vector<ResultRow>{row_of("energy", "train", a.energy), row_of("energy", "test", b.energy),
                                     row_of("noisy-energy", "train", a.noisy_energy),
                                     row_of("noisy-energy", "test", b.noisy_energy)});
  return results;
}

std::function<Results(EvaluationContext&)> declare(CLI::App& /*app*/) { return measure; }

}  // namespace

const Evaluation kEvaluateEnergies{
    "energies",
    "Compare the energies of training data (--reference) and test data (--images): overfitting shows as a gap.",
    "runs/a energies --out runs/a/energies", "data of each half [all, at most 5000]", declare};

}  // namespace mdsm::cli
