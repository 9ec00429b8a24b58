// mdsm evaluate ... fid: Frechet distance of features.

#include "mdsm/base/error.h"
#include "mdsm/cli/feature_arguments.h"
#include "mdsm/evaluate/frechet.h"

namespace mdsm::cli {
namespace {

struct FidArguments {
  FeatureArguments features;
  std::string save_stats;
  bool floor = false;
};

/// Says when a covariance has no full rank, and why that matters.
void note_rank(Results& results, const std::string& name, const Moments& moments) {
  const int64_t rank = covariance_rank(moments.covariance);
  const int64_t features = moments.mean.size(0);
  results.set(name + "_covariance_rank", rank);
  if (rank == features) return;
  const bool few = moments.count > 0 && moments.count <= features;
  results.note(few ? fmt::format("{}: {} data for {} features: the covariance is singular (rank {}) and the distance "
                                 "biased. Take more than {} data, or measure kid.",
                                 name, moments.count, features, rank, features)
                   : fmt::format("{}: the covariance is singular (rank {} of {} features): some features do not vary.",
                                 name, rank, features));
}

Results measure(EvaluationContext& context, const FidArguments& arguments) {
  FeatureEvaluation evaluation(context, arguments.features);
  const bool statistics_only = !arguments.save_stats.empty() && context.options.reference.empty() && !context.has_run();
  require(arguments.save_stats.empty() || arguments.save_stats.ends_with(".npz"),
          "--save-stats {}: statistics are written as .npz. Name the file so.", arguments.save_stats);
  const Side measured = evaluation.measured();
  const std::optional<Side> reference = statistics_only ? std::nullopt : std::optional(evaluation.reference());
  const Moments moments = evaluation.moments(measured);
  if (!arguments.save_stats.empty()) write_moments(arguments.save_stats, moments);
  Results results;
  if (reference) {
    const Moments other = evaluation.moments(*reference);
    results.set("frechet_inception_distance", frechet_distance(moments, other).distance);
    if (arguments.floor) {
      require(moments.count > 0, "--floor: {} does not say how many data it is of.", measured.description);
      const Moments floor = evaluation.moments(evaluation.floor(moments.count));
      results.set("frechet_floor", frechet_distance(floor, other).distance);
    }
    results.set("n", moments.count).set("n_reference", other.count);
    note_rank(results, "images", moments);
    note_rank(results, "reference", other);
  } else {
    results.set("n", moments.count);
    note_rank(results, "images", moments);
  }
  results.set("feature_count", moments.mean.size(0));
  if (!arguments.save_stats.empty()) results.set("statistics", arguments.save_stats);
  return results.append(evaluation.conventions(measured, reference ? &*reference : nullptr));
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<FidArguments>();
  add_feature_options(app, arguments->features);
  app.add_option("--save-stats", arguments->save_stats, "write mean and covariance of the images' features to X.npz");
  app.add_flag("--floor", arguments->floor, "also the distance of as many training images: what no sampler beats");
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateFid{"fid", "Frechet distance of the features of two sets.",
                              "runs/a fid --features digits -n 5000 --floor",
                              "samples of the run [5000], or images evenly spread over --images [all]", declare};

}  // namespace mdsm::cli
