// mdsm evaluate RUN ood --against SET: can a score tell other data from the run's own?

#include "mdsm/base/error.h"
#include "mdsm/cli/evaluation_parts.h"
#include "mdsm/evaluate/detection.h"
#include "mdsm/evaluate/histogram.h"
#include "mdsm/evaluate/probe_source.h"
#include "mdsm/evaluate/score_table.h"

namespace mdsm::cli {
namespace {

constexpr int64_t kMost = 10000;
constexpr int64_t kTypicalCount = 1000;  // training data whose mean energy typicality is measured from
constexpr int64_t kBins = 60;

struct Arguments {
  std::vector<std::string> against;
};

std::shared_ptr<const Source> outside_of(EvaluationContext& context, const std::string& name) {
  const auto probe = probe_kind(name);
  if (probe) return probe_source(*probe, context.trained().energy->datum_shape());
  return data_of(context, name, Split::test);
}

/// One set and all its scores.
struct Scored {
  std::string name;
  int64_t count = 0;
  std::vector<NamedScore> scores;
};

Scored score_set(EvaluationContext& context, const Source& data, const std::string& name, const std::string& part,
                 double mean_energy, const PartStore& parts) {
  const TrainedEnergy& trained = context.trained();
  const int64_t count = count_of(context, data, kMost);
  const PassOptions pass{context.batch_or(256), context.terminal.pass_progress(name + ": scored", count)};
  const ScoreTable table =
      score_table(*trained.energy, data, count, trained.sigma0(), context.options.seed, pass, parts, part);
  return {name, count, named_scores(table, mean_energy)};
}

double mean_training_energy(EvaluationContext& context, const PartStore& parts) {
  const TrainedEnergy& trained = context.trained();
  const auto data = load_source(trained.experiment.data, Split::train);
  const int64_t count = std::min(kTypicalCount, data->size());
  const PassOptions pass{context.batch_or(256), context.terminal.pass_progress("training data: scored", count)};
  return score_table(*trained.energy, *data, count, trained.sigma0(), context.options.seed, pass, parts, "train")
      .energy.mean()
      .item<double>();
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
    write_beside(context, fmt::format("histogram-{}.csv", sets.front().scores[i].name),
                 shared_histogram(values, kBins).csv());
  }
}

Results measure(EvaluationContext& context, const Arguments& arguments) {
  const auto inside = data_of(context, context.options.images, Split::test);
  std::vector<std::shared_ptr<const Source>> outside;
  for (const std::string& name : arguments.against) outside.push_back(outside_of(context, name));
  const PartStore parts = parts_of(
      context, "ood", {{"inside", name_of(*inside)}, {"against", arguments.against}, {"n", context.options.count}});
  const double typical = mean_training_energy(context, parts);
  std::vector<Scored> sets{score_set(context, *inside, name_of(*inside), "inside", typical, parts)};
  std::vector<ResultRow> rows;
  for (size_t i = 0; i < outside.size(); ++i) {
    sets.push_back(score_set(context, *outside[i], arguments.against[i], fmt::format("against-{}", i), typical, parts));
    for (ResultRow& row : rows_of(sets.front(), sets.back())) rows.push_back(std::move(row));
  }
  write_histograms(context, sets);
  Results results{{"inside", sets.front().name}, {"n_inside", sets.front().count}};
  std::vector<double> counts;
  for (size_t i = 1; i < sets.size(); ++i) counts.push_back(static_cast<double>(sets[i].count));
  results.set("against", arguments.against).set("n_against", counts).set("mean_training_energy", typical);
  results.set("detection", rows);
  results.note(
      "auroc: a larger score means outside; auroc_reversed: a smaller one does. Neither is the better by right.");
  return results;
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("--against", arguments->against,
                 "other data: a known set (fashion-mnist/test), a path, or made images: 'noise' (uniform pixels), "
                 "'constant' (one grey); may be repeated")
      ->required()
      ->allow_extra_args(false);
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateOod{"ood", "Tell other data from the run's own (--images, or the test half) by their scores.",
                              "runs/a ood --against fashion-mnist/test --against noise",
                              "data of each set [all, at most 10000]", declare};

}  // namespace mdsm::cli
