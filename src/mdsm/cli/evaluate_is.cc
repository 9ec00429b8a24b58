// mdsm evaluate ... is: Inception score.

#include "mdsm/cli/feature_arguments.h"
#include "mdsm/evaluate/inception_score.h"

namespace mdsm::cli {
namespace {

struct IsArguments {
  FeatureArguments features;
  InceptionScoreOptions score;
};

Results measure(EvaluationContext& context, const IsArguments& arguments) {
  FeatureEvaluation evaluation(context, arguments.features);
  const Side measured = evaluation.measured();
  const Tensor logits = evaluation.rows(measured, FeatureOutputs::logits);
  const InceptionScore score = inception_score(logits, arguments.score);
  Results results{{"inception_score_mean", score.mean},
                  {"inception_score_std", score.deviation},
                  {"n", logits.size(0)},
                  {"classes", logits.size(1)},
                  {"splits", arguments.score.splits},
                  {"shuffle_seed", int64_t{arguments.score.seed}}};
  return results.append(evaluation.conventions(measured, nullptr));
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<IsArguments>();
  add_feature_options(app, arguments->features);
  app.add_option("--splits", arguments->score.splits, "parts whose mean and deviation are reported")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--shuffle-seed", arguments->score.seed, "of NumPy's RandomState, which shuffles before splitting")
      ->capture_default_str();
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateIs{"is", "Inception score: classes that are certain for each image, and diverse over all.",
                             "runs/a is --inception inception-2015-12-05.pt -n 50000",
                             "samples of the run [5000], or images evenly spread over --images [all]", declare};

}  // namespace mdsm::cli
