#include "mdsm/train/training_step.h"

#include "mdsm/base/error.h"
#include "mdsm/parallel/job.h"
#include "mdsm/train/gradient_norm.h"
#include "mdsm/train/gradient_tree.h"

namespace mdsm {
namespace {

Share own_share(int64_t batch) {
  const Rows rows = job().rows(batch);
  return {rows.first, rows.count};
}

}  // namespace

Tensor compute_losses(const Energy& energy, const DenoisingScoreMatching& objective, const StepDraw& draw,
                      int64_t batch, Gradients& gradients) {
  const std::unique_ptr<Linearization> at = energy.linearize(draw.noisy);
  const ObjectiveValue value = objective(draw.x, draw.noisy, draw.sigma, at->gradient(), batch);
  at->pull_back(value.direction, gradients);
  return value.loss;
}

TrainingStep::TrainingStep(std::shared_ptr<const Source> data, const Experiment& experiment, uint64_t seed,
                           std::optional<Share> share)
    : draws_(std::move(data), experiment, seed),
      objective_(experiment.objective),
      share_(share.value_or(own_share(draws_.batch()))),
      micro_batch_(experiment.train.micro_batch == 0 ? share_.count
                                                     : std::min(experiment.train.micro_batch, share_.count)) {
  require(share_.first >= 0 && share_.count >= 1 && share_.first + share_.count <= draws_.batch(),
          "training step: {} slots from {} on of a batch of {}.", share_.count, share_.first, draws_.batch());
}

StepValues TrainingStep::operator()(const Energy& energy, int64_t step, Gradients& gradients) const {
  Tensors losses;
  Tensors sigmas;
  const int64_t end = share_.first + share_.count;
  const bool whole = micro_batch_ == share_.count;
  GradientTree sum;
  for (int64_t first = share_.first; first < end; first += micro_batch_) {
    gradients.zero();
    const StepDraw draw = draws_(step, {first, std::min(micro_batch_, end - first)});
    losses.push_back(compute_losses(energy, objective_, draw, draws_.batch(), gradients));
    sigmas.push_back(draw.sigma);
    if (!whole) sum.add(gradients.flat());
  }
  if (!whole) sum.finish(gradients.flat());
  StepValues values{.loss = {}, .losses = at::cat(losses), .sigma = at::cat(sigmas), .norm = {}};
  join_ranks(values, gradients);
  values.loss = values.losses.to(at::kDouble).mean();
  values.norm = gradient_norm(gradients.flat());
  return values;
}

void TrainingStep::join_ranks(StepValues& values, const Gradients& gradients) const {
  if (job().size() == 1 || share_.count == draws_.batch()) return;
  job().sum(gradients.flat());
  const Tensor both = at::zeros({draws_.batch(), 2}, at::kFloat);
  both.narrow(0, share_.first, share_.count).copy_(at::stack({values.losses, values.sigma}, 1));
  job().fill_in(both, {share_.first, share_.count});
  values.losses = both.select(1, 0).contiguous();
  values.sigma = both.select(1, 1).contiguous();
}

}  // namespace mdsm
