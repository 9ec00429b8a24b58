#include "mdsm/train/training_step.h"

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/noise/corrupt.h"

namespace mdsm {
namespace {

/// Fixed noise of the held-out loss; not train.seed, so that runs with different seeds compare.
constexpr uint64_t kHeldOutSeed = 0;

ObjectiveOptions in_the_papers_weighting(ObjectiveOptions options) {
  options.weighting = weighting_names().front();
  return options;
}

StepResult collect(const Tensors& losses, const Tensors& sigmas) {
  StepResult result;
  result.losses = at::cat(losses);
  result.sigma = at::cat(sigmas);
  result.loss = result.losses.to(at::kDouble).mean().item<double>();
  return result;
}

}  // namespace

TrainingStep::TrainingStep(std::shared_ptr<const Source> data, const Experiment& experiment, uint64_t seed)
    : batches_(std::move(data), experiment.train.batch, seed, experiment.data.flip ? Flip::horizontal : Flip::none),
      levels_(experiment.noise, experiment.train.batch, seed),
      objective_(experiment.objective),
      seed_(seed),
      batch_(experiment.train.batch),
      micro_batch_(experiment.train.micro_batch == 0 ? batch_ : std::min(experiment.train.micro_batch, batch_)) {}

StepResult TrainingStep::operator()(const Energy& energy, int64_t step, Gradients& gradients) const {
  gradients.zero();
  Tensors losses;
  Tensors sigmas;
  const auto counter = static_cast<uint32_t>(step);
  for (int64_t first = 0; first < batch_; first += micro_batch_) {
    const int64_t count = std::min(micro_batch_, batch_ - first);
    const Tensor x = batches_.read(step, first, count);
    const Tensor sigma = levels_.at_step(counter, first, count);
    const RandomRows rows = RandomRows::slots(seed_, Stream::training_noise, static_cast<uint32_t>(first), count);
    const Tensor noisy = corrupt(x, sigma, rows, counter);
    const std::unique_ptr<Linearization> at = energy.linearize(noisy);
    const ObjectiveValue value = objective_(x, noisy, sigma, at->gradient(), batch_);
    at->pull_back(value.direction, gradients);
    losses.push_back(value.loss);
    sigmas.push_back(sigma);
  }
  return collect(losses, sigmas);
}

HeldOutLoss::HeldOutLoss(std::shared_ptr<const Source> data, const Experiment& experiment)
    : objective_(in_the_papers_weighting(experiment.objective)),
      chunk_(experiment.train.micro_batch == 0 ? experiment.train.batch : experiment.train.micro_batch) {
  const int64_t count = std::min(experiment.train.evaluate_count, data->size());
  require(count >= 1, "held-out loss: the data set has no held-out data. Set data.held_out or train.evaluate_every=0.");
  x_ = data->read(index_range(0, count));
  const NoiseOptions& noise = experiment.noise;
  const double ratio = std::log(noise.sigma_max / noise.sigma_min);
  const Tensor place = (at::arange(count, at::kDouble) + 0.5) / static_cast<double>(count);
  sigma_ = (place * ratio).exp_().mul_(noise.sigma_min).to(at::kFloat);
  noisy_ = corrupt(x_, sigma_, RandomRows::slots(kHeldOutSeed, Stream::held_out_noise, 0, count), 0);
}

StepResult HeldOutLoss::operator()(const Energy& energy) const {
  Tensors losses;
  for (int64_t first = 0; first < x_.size(0); first += chunk_) {
    const int64_t count = std::min(chunk_, x_.size(0) - first);
    const auto part = [&](const Tensor& whole) { return whole.narrow(0, first, count); };
    const Tensor gradient = energy.gradient(part(noisy_));
    losses.push_back(objective_(part(x_), part(noisy_), part(sigma_), gradient, count).loss);
  }
  return collect(losses, {sigma_});
}

}  // namespace mdsm
