// mdsm evaluate ... kid: kernel distance of features.

#include "mdsm/cli/feature_arguments.h"
#include "mdsm/evaluate/kernel_distance.h"

namespace mdsm::cli {
namespace {

struct KidArguments {
  FeatureArguments features;
  KernelDistanceOptions distance;
  bool floor = false;
};

Results measure(EvaluationContext& context, const KidArguments& arguments) {
  FeatureEvaluation evaluation(context, arguments.features);
  const Side measured = evaluation.measured();
  const Side reference = evaluation.reference();
  const Tensor a = evaluation.rows(measured, FeatureOutputs::features);
  const Tensor b = evaluation.rows(reference, FeatureOutputs::features);
  const KernelDistance found = kernel_distance(a, b, arguments.distance);
  Results results{{"kernel_inception_distance_mean", found.mean}, {"kernel_inception_distance_std", found.deviation}};
  if (arguments.floor) {
    const Tensor f = evaluation.rows(evaluation.floor(a.size(0)), FeatureOutputs::features);
    const KernelDistance floor = kernel_distance(f, b, arguments.distance);
    results.set("kernel_floor_mean", floor.mean).set("kernel_floor_std", floor.deviation);
  }
  results.set("n", a.size(0))
      .set("n_reference", b.size(0))
      .set("feature_count", a.size(1))
      .set("subsets", arguments.distance.subsets)
      .set("subset_size", arguments.distance.subset_size)
      .set("subset_seed", int64_t{arguments.distance.seed});
  return results.append(evaluation.conventions(measured, &reference));
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<KidArguments>();
  add_feature_options(app, arguments->features);
  KernelDistanceOptions& distance = arguments->distance;
  app.add_option("--subsets", distance.subsets, "random subsets")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--subset-size", distance.subset_size, "data in each, without replacement")
      ->check(CLI::Range(2, 1000000))
      ->capture_default_str();
  app.add_option("--subset-seed", distance.seed, "of NumPy's RandomState, which picks them")->capture_default_str();
  app.add_flag("--floor", arguments->floor, "also the distance of as many training images");
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateKid{"kid", "Kernel distance of the features of two sets: unbiased, also for few samples.",
                              "runs/a kid --features digits -n 2000",
                              "samples of the run [5000], or images evenly spread over --images [all]", declare};

}  // namespace mdsm::cli
