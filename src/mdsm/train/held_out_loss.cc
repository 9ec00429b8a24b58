#include "mdsm/train/held_out_loss.h"

#include "mdsm/base/error.h"
#include "mdsm/data/subset.h"
#include "mdsm/noise/corrupt.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"

namespace mdsm {
namespace {

/// Fixed noise of the held-out loss; not train.seed, so that runs with different seeds compare.
constexpr uint64_t kHeldOutSeed = 0;

ObjectiveOptions in_the_papers_weighting(ObjectiveOptions options) {
  options.weighting = weighting_names().front();
  return options;
}

}  // namespace

HeldOutLoss::HeldOutLoss(const Source& data, const Experiment& experiment)
    : objective_(in_the_papers_weighting(experiment.objective)),
      chunk_(experiment.train.micro_batch == 0 ? experiment.train.batch : experiment.train.micro_batch) {
  const int64_t count = std::min(experiment.train.evaluate_count, data.size());
  require(count >= 1, "held-out loss: the data set has no held-out data. Set data.held_out or train.evaluate_every=0.");
  x_ = data.read(shuffled(subset_of(data, count)));
  const NoiseOptions& noise = experiment.noise;
  const double ratio = std::log(noise.sigma_max / noise.sigma_min);
  const Tensor place = (at::arange(count, at::kDouble) + 0.5) / static_cast<double>(count);
  sigma_ = (place * ratio).exp_().mul_(noise.sigma_min).to(at::kFloat);
  noisy_ = corrupt(x_, sigma_, RandomRows::slots(kHeldOutSeed, Stream::held_out_noise, 0, count), 0);
}

HeldOutResult HeldOutLoss::operator()(const Energy& energy) const {
  const Tensor all = rows_of_all(job(), x_.size(0), [&](const Rows& own) {
    Tensors losses{at::empty({0}, at::kFloat)};
    const int64_t end = own.first + own.count;
    for (int64_t first = own.first; first < end; first += chunk_) {
      const int64_t count = std::min(chunk_, end - first);
      const auto part = [&](const Tensor& whole) { return whole.narrow(0, first, count); };
      const Tensor gradient = energy.gradient(part(noisy_));
      losses.push_back(objective_(part(x_), part(noisy_), part(sigma_), gradient, count).loss);
    }
    return at::cat(losses);
  });
  return {.loss = all.to(at::kDouble).mean().item<double>(), .losses = all, .sigma = sigma_};
}

}  // namespace mdsm
