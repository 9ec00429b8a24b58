#include "mdsm/evaluate/evaluations/is.h"

namespace mdsm {

Results evaluate_is(EvaluationContext& context, const IsOptions& options) {
  FeatureEvaluation evaluation(context, options.features);
  const Side measured = evaluation.measured();
  const Tensor logits = evaluation.rows(measured, FeatureOutputs::logits);
  const InceptionScore score = inception_score(logits, options.score);
  Results results{{"inception_score_mean", score.mean},
                  {"inception_score_std", score.deviation},
                  {"n", logits.size(0)},
                  {"classes", logits.size(1)},
                  {"splits", options.score.splits},
                  {"shuffle_seed", options.score.shuffle_seed}};
  return results.append(evaluation.conventions(measured, nullptr));
}

}  // namespace mdsm
