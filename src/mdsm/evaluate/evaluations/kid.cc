#include "mdsm/evaluate/evaluations/kid.h"

namespace mdsm {

Results evaluate_kid(EvaluationContext& context, const KidOptions& options) {
  FeatureEvaluation evaluation(context, options.features);
  const Side measured = evaluation.measured();
  const Side reference = evaluation.reference();
  const Tensor a = evaluation.rows(measured, FeatureOutputs::features);
  const Tensor b = evaluation.rows(reference, FeatureOutputs::features);
  const KernelDistance found = kernel_distance(a, b, options.distance);
  Results results{{"kernel_inception_distance_mean", found.mean}, {"kernel_inception_distance_std", found.deviation}};
  if (options.floor) {
    const Tensor f = evaluation.rows(evaluation.floor(a.size(0)), FeatureOutputs::features);
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
