#include "mdsm/evaluate/train_digits.h"

#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <memory>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/data/batches.h"
#include "mdsm/data/index_range.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/train/adam.h"
#include "mdsm/train/schedule.h"

namespace mdsm {
namespace {

constexpr int64_t kTestBatch = 500;
constexpr int64_t kWarmUp = 200;  // updates

void require_digits(const Source& data) {
  require(data.info().datum_shape == Shape{1, 28, 28} && data.size() != Source::kEndless,
          "{}: the data have shape {} (the digit classifier is trained on grey images of 28 x 28). Use mnist.",
          data.info().name, to_text(data.info().datum_shape));
}

/// Each image moved by its own -shift..shift pixels, zeros from outside.
Tensor moved(const Tensor& x, int64_t shift, uint64_t seed, int64_t update) {
  if (shift == 0) return x;
  const int64_t size = x.size(-1);
  const Tensor wide = at::constant_pad_nd(x, {shift, shift, shift, shift}, 0);
  Tensor out = at::empty_like(x);
  for (int64_t i = 0; i < x.size(0); ++i) {
    const RandomKey key{seed, Stream::augmentation, static_cast<uint32_t>(update), static_cast<uint32_t>(i)};
    const auto places = static_cast<uint64_t>(2 * shift + 1);
    const auto down = static_cast<int64_t>(integer_at(key, 0, places));
    const auto right = static_cast<int64_t>(integer_at(key, 1, places));
    out[i].copy_(wide[i].narrow(1, down, size).narrow(2, right, size));
  }
  return out;
}

/// Weights in training with their moving average, as flat storage and by name.
struct Training {
  explicit Training(uint64_t seed)
      : theta(initial_digit_parameters(seed)),
        average(theta.clone(at::kFloat)),
        flat{theta.pack(), average.pack()},
        adam({.beta2 = 0.99}, theta) {}

  Parameters theta;
  Parameters average;
  FlatWeights flat;
  Adam adam;
};

/// One update; returns the loss before it.
double update(Training& training, const Tensor& x, const Tensor& labels, const UpdateStep& step) {
  const Parameters leaves = training.theta.as_leaves();
  const Tensor loss = at::cross_entropy_loss(digit_forward(x, leaves).logits, labels);
  const Tensors gradients = torch::autograd::grad({loss}, leaves.tensors());
  Tensors flat;
  for (const Tensor& gradient : gradients) flat.push_back(gradient.reshape({-1}));
  training.adam.update(training.flat, at::cat(flat), step);
  return loss.item<double>();
}

}  // namespace

std::string DigitTraining::about(const std::string& data, double accuracy) const {
  return fmt::format(
      "digit classifier, data {}, {} epochs, batch {}, learning rate {}, moving average {}, shift {}, seed {}; test "
      "accuracy {:.4f}",
      data, epochs, batch, learning_rate, average, shift, seed, accuracy);
}

double digit_accuracy(const DigitNetwork& network, const Source& data) {
  int64_t right = 0;
  for (int64_t first = 0; first < data.size(); first += kTestBatch) {
    const std::vector<int64_t> indices = index_range(first, std::min(kTestBatch, data.size() - first));
    right += (network.classify(to_uint8(data.read(indices))) == data.labels(indices)).sum().item<int64_t>();
  }
  return static_cast<double>(right) / static_cast<double>(data.size());
}

DigitNetwork train_digits(const Source& train, const Source& test, const DigitTraining& options,
                          const std::function<void(const DigitEpoch&)>& after_epoch, const Watch& watch) {
  require_digits(train);
  require_digits(test);
  const int64_t epoch_updates = train.size() / options.batch;
  require(options.epochs >= 1 && options.batch >= 1 && epoch_updates >= 1,
          "digit classifier: {} epochs of batches of {} out of {} images.", options.epochs, options.batch,
          train.size());
  TrainOptions schedule;
  schedule.steps = options.epochs * epoch_updates;
  schedule.learning_rate = options.learning_rate;
  schedule.final_learning_rate = 0;
  schedule.schedule = "cosine";
  schedule.warmup = std::min(kWarmUp, schedule.steps / 2);
  schedule.ema = options.average;
  // Batches aliases the caller's source, which outlives it.
  const auto seed = static_cast<uint64_t>(options.seed);
  const Batches batches({std::shared_ptr<void>(), &train}, options.batch, seed, Flip::none);
  Training training(seed);
  double loss = 0;
  for (int64_t t = 0; t < schedule.steps; ++t) {
    const Tensor x = moved(batches.read(t, 0, options.batch), options.shift, seed, t);
    const Tensor labels = train.labels(batches.indices(t, 0, options.batch));
    loss += update(training, x, labels,
                   {.number = t + 1,
                    .learning_rate = learning_rate_at(schedule, t),
                    .average_decay = average_decay_at(schedule, t)});
    if (!std::isfinite(loss)) {
      fail("digit classifier: the loss is not finite at update {} (the training has diverged). Lower learning_rate.",
           t + 1);
    }
    watch.update(t + 1, schedule.steps, "update");
    if ((t + 1) % epoch_updates != 0) continue;
    const double accuracy = digit_accuracy(DigitNetwork(training.average), test);
    if (after_epoch) after_epoch({(t + 1) / epoch_updates, loss / static_cast<double>(epoch_updates), accuracy});
    loss = 0;
  }
  return DigitNetwork(training.average.clone(at::kFloat));
}

}  // namespace mdsm
