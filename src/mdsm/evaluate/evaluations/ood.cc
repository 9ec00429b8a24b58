#include "mdsm/evaluate/evaluations/ood.h"

#include "mdsm/base/error.h"
#include "mdsm/evaluate/detection.h"
#include "mdsm/evaluate/histogram.h"
#include "mdsm/evaluate/probe_source.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/score_table.h"
#include "mdsm/evaluate/units.h"

namespace mdsm {
namespace {

constexpr int64_t kMost = 10000;
constexpr int64_t kBins = 60;

std::shared_ptr<const Source> outside_of(EvaluationContext& context, const std::string& name) {
  const auto probe = probe_kind(name);
  return probe ? probe_source(*probe, context.energy().datum_shape()) : context.named_data(name);
}

/// One set and all its scores.
struct Scored {
  std::string name;
  int64_t count = 0;
  std::vector<NamedScore> scores;
};

/// The part of a set that is looked at; what cannot be scored is an error now, not after the other sets.
std::shared_ptr<const Source> chosen_of(EvaluationContext& context, std::shared_ptr<const Source> data) {
  auto some = context.chosen(std::move(data), kMost);
  require_scorable(context.energy(), *some);
  return some;
}

Scored score_set(EvaluationContext& context, const std::shared_ptr<const Source>& some, const std::string& name,
                 const std::string& part, double mean_energy, const PartStore& parts) {
  const Scoring scoring{.energy = context.energy(),
                        .sigma0 = context.trained().sigma0(),
                        .seed = context.options.seed,
                        .batch = context.batch_or(kScoreBatch)};
  Scored scored{name, some->size(),
                named_scores(score_table(scoring, *some, parts, part, context.watch.part(0, 0.2)), mean_energy)};
  const Tensor denoising = denoising_table(scoring, *some, parts, part + "-denoising", context.watch.part(0.2, 1));
  scored.scores.push_back({"denoising-loss", denoising[0]});
  scored.scores.push_back({"error-ratio", denoising[1]});
  return scored;
}

std::vector<ResultRow> rows_of(const Scored& inside, const Scored& outside) {
  std::vector<ResultRow> rows;
  for (size_t i = 0; i < inside.scores.size(); ++i) {
    const Tensor& in = inside.scores[i].values;
    const Tensor& out = outside.scores[i].values;
    const Detection high = detection(in, out), low = reversed_detection(in, out);
    rows.push_back({{"against", outside.name},
                    {"score", inside.scores[i].name},
                    {"auroc", high.auroc},
                    {"fpr_at_95_tpr", high.fpr_at_95_tpr},
                    {"auroc_reversed", low.auroc},
                    {"fpr_at_95_tpr_reversed", low.fpr_at_95_tpr},
                    {"mean_inside", in.mean().item<double>()},
                    {"mean_outside", out.mean().item<double>()}});
  }
  return rows;
}

/// histogram-SCORE.csv: a column a set.
void write_histograms(EvaluationContext& context, const std::vector<Scored>& sets) {
  for (size_t i = 0; i < sets.front().scores.size(); ++i) {
    std::vector<NamedValues> values;
    for (const Scored& set : sets) values.push_back({set.name, set.scores[i].values});
    context.write_beside(fmt::format("histogram-{}.csv", sets.front().scores[i].name),
                         shared_histogram(values, kBins).csv());
  }
}

}  // namespace

Results evaluate_ood(EvaluationContext& context, const OodOptions& options) {
  require(!options.against.empty(),
          "ood: nothing to tell the run's data from. Name other data: against = [\"noise\"].");
  const auto inside = chosen_of(context, context.test_data());
  std::vector<std::shared_ptr<const Source>> outside;
  for (const std::string& name : options.against) outside.push_back(chosen_of(context, outside_of(context, name)));
  const PartStore parts = context.parts("ood", {{"inside", to_json(name_of(*inside))},
                                                {"against", to_json(options.against)},
                                                {"n", to_json(context.options.n)},
                                                {"chosen", to_json("by the seed")}});
  const double typical =
      mean_training_energy(context.trained(), context.options.seed, context.batch_or(kScoreBatch), context.watch);
  std::vector<Scored> sets{score_set(context, inside, name_of(*inside), "inside", typical, parts)};
  std::vector<ResultRow> rows;
  for (size_t i = 0; i < outside.size(); ++i) {
    sets.push_back(score_set(context, outside[i], options.against[i], fmt::format("against-{}", i), typical, parts));
    for (ResultRow& row : rows_of(sets.front(), sets.back())) rows.push_back(std::move(row));
  }
  write_histograms(context, sets);
  const Shape& shape = context.energy().datum_shape();
  Results results{{"inside", sets.front().name}, {"n_inside", sets.front().count}};
  std::vector<double> counts;
  for (size_t i = 1; i < sets.size(); ++i) counts.push_back(static_cast<double>(sets[i].count));
  results.set("against", options.against).set("n_against", counts).set("mean_training_energy", typical);
  results.set("detection", rows);
  results.set("units", "mean energy, noisy-energy, typicality: " + score_unit(ScoreKind::energy, shape) +
                           "; gradient: " + score_unit(ScoreKind::gradient, shape) +
                           "; residual: " + score_unit(ScoreKind::residual, shape) +
                           "; denoising-loss: " + score_unit(ScoreKind::denoising_loss, shape) + "; error-ratio: " +
                           score_unit(ScoreKind::error_ratio, shape) + "; auroc and fpr: parts of 1");
  results.note(
      "auroc: a larger score means outside; auroc_reversed: a smaller one does. Neither is the better by right.");
  return results;
}

}  // namespace mdsm
