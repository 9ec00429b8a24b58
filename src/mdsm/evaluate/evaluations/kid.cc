#include "mdsm/evaluate/evaluations/kid.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

/// Before hours of features: a side that is too small for the subsets.
void require_subsets(const KernelDistanceOptions& options, const Side& side) {
  FeatureEvaluation::require_rows(side);
  require(side.count() >= options.subset_size,
          "subset_size = {}: {} has {} data (subsets are drawn without replacement). Take more data, or a smaller "
          "subset_size.",
          options.subset_size, side.description, side.count());
}

}  // namespace

Results evaluate_kid(EvaluationContext& context, const KidOptions& options) {
  FeatureEvaluation evaluation(context, options.features);
  const Side measured = evaluation.measured();
  const Side reference = evaluation.reference();
  evaluation.require_alike(measured, reference);
  require_subsets(options.distance, measured);
  require_subsets(options.distance, reference);
  const std::optional<Side> floor_side =
      options.floor ? std::optional(evaluation.floor(measured.count())) : std::nullopt;
  const Tensor a = evaluation.rows(measured, FeatureOutputs::features);
  const Tensor b = evaluation.rows(reference, FeatureOutputs::features);
  const KernelDistance found = kernel_distance(a, b, options.distance);
  Results results{{"kernel_inception_distance_mean", found.mean},
                  {"kernel_inception_distance_std", found.deviation},
                  {"units", "squared maximum mean discrepancy, kernel (x y / F + 1)^3 of F features"}};
  if (floor_side) {
    const Tensor f = evaluation.rows(*floor_side, FeatureOutputs::features);
    const KernelDistance floor = kernel_distance(f, b, options.distance);
    results.set("kernel_floor_mean", floor.mean).set("kernel_floor_std", floor.deviation);
  }
  results.set("n", a.size(0))
      .set("n_reference", b.size(0))
      .set("feature_count", a.size(1))
      .set("subsets", options.distance.subsets)
      .set("subset_size", options.distance.subset_size)
      .set("subset_seed", options.distance.subset_seed);
  return results.append(evaluation.conventions(measured, &reference));
}

}  // namespace mdsm
