#include "mdsm/evaluate/evaluations/fid.h"

#include "mdsm/base/error.h"
#include "mdsm/evaluate/frechet.h"
#include "mdsm/formats/places.h"

namespace mdsm {
namespace {

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

/// The distance to the reference, and that of training images.
void compare(Results& results, FeatureEvaluation& evaluation, const Moments& moments, const Side& reference,
             const std::optional<Side>& floor_side) {
  const Moments other = evaluation.moments(reference);
  results.set("frechet_inception_distance", frechet_distance(moments, other).distance);
  if (floor_side) {
    const Moments floor = evaluation.moments(*floor_side);
    results.set("frechet_floor", frechet_distance(floor, other).distance);
  }
  results.set("n", moments.count).set("n_reference", other.count);
  note_rank(results, "images", moments);
  note_rank(results, "reference", other);
}

}  // namespace

Results evaluate_fid(EvaluationContext& context, const FidOptions& options) {
  FeatureEvaluation evaluation(context, options.features);
  const std::string& statistics = options.save_stats;
  const bool statistics_only = !statistics.empty() && context.options.reference.empty() && !context.has_run();
  if (!statistics.empty()) require_file_place("save_stats", statistics, {".npz"});
  const Side measured = evaluation.measured();
  const std::optional<Side> reference = statistics_only ? std::nullopt : std::optional(evaluation.reference());
  if (reference) evaluation.require_alike(measured, *reference);
  std::optional<Side> floor_side;
  if (reference && options.floor) {
    require(measured.count() > 0, "floor: {} does not say how many data it is of.", measured.description);
    floor_side = evaluation.floor(measured.count());
  }
  const Moments moments = evaluation.moments(measured);
  if (!statistics.empty()) write_moments(statistics, moments);
  Results results;
  results.set("units", "distances in squared units of the features, no mean over them");
  if (reference) {
    compare(results, evaluation, moments, *reference, floor_side);
  } else {
    results.set("n", moments.count);
    note_rank(results, "images", moments);
  }
  results.set("feature_count", moments.mean.size(0));
  if (!statistics.empty()) results.set("statistics", statistics);
  return results.append(evaluation.conventions(measured, reference ? &*reference : nullptr));
}

}  // namespace mdsm
