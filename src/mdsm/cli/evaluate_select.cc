// mdsm evaluate RUN select: the checkpoint with the smallest Frechet distance.

#include "mdsm/base/error.h"
#include "mdsm/cli/feature_arguments.h"
#include "mdsm/evaluate/frechet.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSelectSamples = 1000;

/// Every checkpoint of the run, by step.
std::vector<fs::path> checkpoints_of(const fs::path& run) {
  require(fs::is_directory(run), "select: {} is no run directory (it chooses among the checkpoints of one).",
          run.string());
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(run)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("checkpoint-") && name.ends_with(".safetensors")) files.push_back(entry.path());
  }
  // Steps are written with at least six digits: longer names are later ones.
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(a.string().size(), a.string()) < std::pair(b.string().size(), b.string());
  });
  return files;
}

Results measure(EvaluationContext& context, const FeatureArguments& arguments) {
  require(context.options.images.empty() && !context.options.raw,
          "select: it samples the checkpoints of a run, which hold the moving average. Leave --images and --raw away.");
  const std::vector<fs::path> files = checkpoints_of(context.options.run);
  FeatureEvaluation evaluation(context, arguments);
  const int64_t count = context.count_or(kSelectSamples);
  const Side reference = evaluation.reference();
  const Moments target = evaluation.moments(reference);
  std::vector<ResultRow> rows;
  double best = std::numeric_limits<double>::infinity();
  Results results;
  for (const fs::path& file : files) {
    const TrainedEnergy trained = load_trained_energy(file, Weights::average, context.options.compute.checked());
    const Side samples = evaluation.samples_of(trained, count);
    const double distance = frechet_distance(evaluation.moments(samples), target).distance;
    context.terminal.say_more(fmt::format("{}: {:.6g}", file.string(), distance));
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
    results.note(fmt::format("{} samples for {} features: the covariances are singular. Raise --n.", count,
                             target.mean.size(0)));
  results.note("the best of several is lower than a fresh measurement of it: report that, with other seeds.");
  return results;
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<FeatureArguments>();
  add_feature_options(app, *arguments);
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateSelect{"select", "Frechet distance of every checkpoint of a run; the best is named.",
                                 "runs/a select --features digits -n 1000", "samples of each checkpoint [1000]",
                                 declare};

}  // namespace mdsm::cli
