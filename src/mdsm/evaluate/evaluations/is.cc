#include "mdsm/evaluate/evaluations/is.h"

#include "mdsm/base/error.h"

namespace mdsm {

Results evaluate_is(EvaluationContext& context, const IsOptions& options) {
  FeatureEvaluation evaluation(context, options.features);
  const Side measured = evaluation.measured();
  FeatureEvaluation::require_rows(measured);
  require(options.score.splits <= measured.count(), "splits = {}: {} has {} data. Ask for fewer splits.",
          options.score.splits, measured.description, measured.count());
  const Tensor logits = evaluation.rows(measured, FeatureOutputs::logits);
  const InceptionScore score = inception_score(logits, options.score);
  Results results{{"inception_score_mean", score.mean},
                  {"inception_score_std", score.deviation},
                  {"units", "exp of a divergence in nats: from 1 to the number of classes"},
                  {"n", logits.size(0)},
                  {"classes", logits.size(1)},
                  {"splits", options.score.splits},
                  {"shuffle_seed", options.score.shuffle_seed}};
  return results.append(evaluation.conventions(measured, nullptr));
}

}  // namespace mdsm
