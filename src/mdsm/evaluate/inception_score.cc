#include "mdsm/evaluate/inception_score.h"

#include "mdsm/base/error.h"
#include "mdsm/evaluate/numpy_random.h"

namespace mdsm {

InceptionScore inception_score(const Tensor& logits, const InceptionScoreOptions& options) {
  require(logits.dim() == 2, "inception score: logits of shape {} (expected (N, L)).", to_text(logits.sizes()));
  const int64_t count = logits.size(0);
  require(options.splits >= 1 && options.splits <= count,
          "inception score: {} splits of {} data. Ask for fewer splits.", options.splits, count);
  NumpyRandom random(static_cast<uint32_t>(options.shuffle_seed));
  const Tensor order = at::tensor(random.permutation(count), at::kLong);
  const Tensor shuffled = logits.index_select(0, order).to(at::kDouble);
  std::vector<double> scores;
  for (int64_t i = 0; i < options.splits; ++i) {
    const int64_t first = i * count / options.splits;
    const int64_t end = (i + 1) * count / options.splits;
    const Tensor log_p = shuffled.narrow(0, first, end - first).log_softmax(1);
    const Tensor p = log_p.exp();
    // A class whose probability is 0 everywhere adds nothing.
    const Tensor marginal = p.mean(0, /*keepdim=*/true);
    const Tensor terms = at::where(p > 0, p * (log_p - marginal.log()), at::zeros({}, at::kDouble));
    scores.push_back(std::exp(terms.sum(1).mean().item<double>()));
  }
  const Tensor all = at::tensor(scores, at::kDouble);
  return {all.mean().item<double>(), all.std(/*unbiased=*/false).item<double>()};
}

}  // namespace mdsm
