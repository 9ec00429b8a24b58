#include "mdsm/train/step_draws.h"

#include "mdsm/noise/corrupt.h"
#include "mdsm/noise/eight_bits.h"

namespace mdsm {

StepDraws::StepDraws(std::shared_ptr<const Source> data, const Experiment& experiment, uint64_t seed)
    : batches_(std::move(data), experiment.train.batch, seed, experiment.data.flip ? Flip::horizontal : Flip::none),
      levels_(experiment.noise, experiment.train.batch, seed),
      seed_(seed),
      batch_(experiment.train.batch),
      eight_bits_(experiment.noise.eight_bits) {}

StepDraw StepDraws::operator()(int64_t step, const Share& share) const {
  const auto counter = static_cast<uint32_t>(step);
  StepDraw draw;
  draw.x = batches_.read(step, share.first, share.count);
  draw.sigma = levels_.at_step(counter, share.first, share.count);
  const RandomRows rows =
      RandomRows::slots(seed_, Stream::training_noise, static_cast<uint32_t>(share.first), share.count);
  draw.noisy =
      with_eight_bits(corrupt(draw.x, draw.sigma, rows, counter), eight_bits_, rows.with(Stream::eight_bits), counter);
  return draw;
}

}  // namespace mdsm
