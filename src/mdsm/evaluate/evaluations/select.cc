#include "mdsm/evaluate/evaluations/select.h"

#include <limits>

#include "mdsm/base/error.h"
#include "mdsm/evaluate/frechet.h"
#include "mdsm/run/run_directory.h"

namespace mdsm {
namespace {

constexpr int64_t kSelectSamples = 1000;

}  // namespace

Results evaluate_select(EvaluationContext& context, const SelectOptions& options) {
  const EvaluationOptions& told = context.options;
  require(told.images.empty() && told.weights == Weights::average,
          "select: it samples the checkpoints of a run, which hold the moving average. Leave images and raw weights.");
  require(std::filesystem::is_directory(told.run),
          "select: {} is no run directory (it chooses among the checkpoints of one).", told.run.string());
  static_cast<void>(
      sampler_settings(context.trained().experiment.sample, options.features.sampler));  // they are possible
  FeatureEvaluation evaluation(context, options.features);
  const int64_t count = context.count_or(kSelectSamples);
  const Side reference = evaluation.reference();
  const Moments target = evaluation.moments(reference);
  std::vector<ResultRow> rows;
  double best = std::numeric_limits<double>::infinity();
  Results results;
  for (const std::filesystem::path& file : RunDirectory(told.run).checkpoints()) {
    const TrainedEnergy trained = load_trained_energy(file, Weights::average, told.precision);
    const Side samples = evaluation.samples_of(trained, count);
    const double distance = frechet_distance(evaluation.moments(samples), target).distance;
    rows.push_back({{"step", trained.step}, {"frechet_inception_distance", distance}, {"checkpoint", file.string()}});
    if (distance >= best) continue;
    best = distance;
    results = evaluation.conventions(samples, &reference);
    results.set("best_step", trained.step).set("best_checkpoint", file.string());
    results.set("step", trained.step).set("checkpoint", file.string());
    results.set("frechet_inception_distance", distance);
  }
  require(results.find("best_step") != nullptr, "select: no checkpoint gave a finite distance.");
  results.set("n", count).set("n_reference", target.count).set("checkpoints", rows);
  if (count <= target.mean.size(0))
    results.note(fmt::format("{} samples for {} features: the covariances are singular. Take more samples.", count,
                             target.mean.size(0)));
  results.note("the best of several is lower than a fresh measurement of it: report that, with other seeds.");
  return results;
}

}  // namespace mdsm
