#include "mdsm/benchmark/work.h"

#include "mdsm/base/rng.h"
#include "mdsm/noise/corrupt.h"
#include "mdsm/noise/levels.h"

namespace mdsm {
namespace {

constexpr uint64_t kSeed = 1;

}  // namespace

BenchmarkWork::BenchmarkWork(const BenchmarkCase& what, const GraphOptions& options)
    : theta_(what.parameters(kSeed)),
      flat_{theta_.pack(), {}},
      energy_(what.graph(), theta_, options),
      gradients_(Gradients::zeros_like(theta_)),
      adam_({}, theta_),
      objective_(ObjectiveOptions{}),
      sigma_(geometric_levels(0.1, 3, what.batch).to(at::kFloat)) {
  flat_.average = flat_.weights.clone();
  const RandomRows rows = RandomRows::slots(kSeed, Stream::training_noise, 0, what.batch);
  x_ = rows.with(Stream::data).uniform(0, what.image);
  noisy_ = corrupt(x_, sigma_, rows, 0);
}

double BenchmarkWork::step() {
  gradients_.zero();
  const std::unique_ptr<Linearization> at = energy_.linearize(noisy_);
  const ObjectiveValue value = objective_(x_, noisy_, sigma_, at->gradient(), noisy_.size(0));
  at->pull_back(value.direction, gradients_);
  adam_.update(flat_, gradients_.flat(), {.number = ++updates_, .average_decay = 0.999});
  return value.loss.mean().item<double>();
}

Profile BenchmarkWork::profile() const {
  const Tensor direction = objective_(x_, noisy_, sigma_, gradient(), noisy_.size(0)).direction;
  return energy_.profile_step(noisy_, direction);
}

}  // namespace mdsm
