#pragma once

#include <cstdint>
#include <string>

#include "mdsm/base/options.h"

namespace mdsm {

/// The table [train].
struct TrainOptions {
  int64_t steps = 100000;
  int64_t batch = 128;
  int64_t micro_batch = 0;
  int64_t seed = 0;
  double minutes = 0;
  std::string optimizer = "adam";
  double learning_rate = 1e-4;
  double final_learning_rate = 1e-6;
  std::string schedule = "cosine";
  int64_t warmup = 0;
  double beta1 = 0.9;
  double beta2 = 0.95;
  double epsilon = 1e-8;
  double clip = 0;
  double ema = 0.999;
  int64_t log_every = 50;
  int64_t evaluate_every = 1000;
  int64_t evaluate_count = 256;
  int64_t sample_every = 5000;
  int64_t sample_count = 36;
  int64_t sample_steps = 0;
  int64_t checkpoint_every = 5000;
  int64_t moments_rank = 192;
  double explosion = 1000;

  template <class Option> void visit(Option&& option) {
    option("steps", steps, "updates in all", at_least(1));
    option("minutes", minutes,
           "wall clock of the training in all: it and its schedule end then, and steps counts no more. Not repeatable "
           "bit for bit. 0: train.steps decides",
           at_least(0));
    option("batch", batch, "data an update", at_least(1));
    option("micro_batch", micro_batch,
           "data in memory at once; the batch is split and its gradients added up; 0: the batch", at_least(0));
    option("seed", seed, "decides initial weights, order of the data and noise", between(0, 0x1p62));
    option("optimizer", optimizer,
           "'adam', or 'muon': orthogonalised momentum for hidden convolutions, Adam for all other weights",
           one_of({"adam", "muon"}));
    option("learning_rate", learning_rate, "step size at its largest, of either optimiser", above(0));
    option("final_learning_rate", final_learning_rate, "where the schedule ends", at_least(0));
    option("schedule", schedule, "of the learning rate after warm-up", one_of({"cosine", "constant"}));
    option("warmup", warmup, "updates over which the learning rate rises linearly from 0", at_least(0));
    option("beta1", beta1, "Adam's decay of the first moment", between(0, 0.999999));
    option("beta2", beta2, "Adam's decay of the second moment", between(0, 0.999999));
    option("epsilon", epsilon, "Adam's regulariser", above(0));
    option("clip", clip, "largest norm of the gradient, which is scaled down to it; 0: no clipping", at_least(0));
    option("ema", ema, "decay of the moving average of the weights (warmed up); 0: no average", between(0, 0.9999999));
    option("log_every", log_every, "updates between two lines of metrics.jsonl", at_least(1));
    option("evaluate_every", evaluate_every, "updates between two held-out losses; 0: never", at_least(0));
    option("evaluate_count", evaluate_count, "held-out data a held-out loss is a mean over", at_least(1));
    option("sample_every", sample_every, "updates between two grids of samples; 0: never", at_least(0));
    option("sample_count", sample_count, "images in a grid of samples", at_least(1));
    option("sample_steps", sample_steps, "gradients spent on each of these images; 0: as many as sample.steps says",
           at_least(0));
    option("checkpoint_every", checkpoint_every, "updates between two checkpoints (the last is always kept)",
           at_least(1));
    option("moments_rank", moments_rank,
           "rank at which checkpoints keep the data's covariance, from which sampling starts; 0: no moments",
           at_least(0));
    option("explosion", explosion,
           "roll back when the gradient's norm exceeds this many times its running mean and the loss twice its own; 0: "
           "only when "
           "they are not finite",
           at_least(0));
  }
};

}  // namespace mdsm
