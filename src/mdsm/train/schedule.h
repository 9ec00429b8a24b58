#pragma once

#include <optional>

#include "mdsm/run/train_options.h"

namespace mdsm {

/// Learning rate of update `step` (0 is the first) of options.steps.
///
/// Rises as (step + 1)/warmup during warm-up; then constant, or final + (peak - final) (1 + cos(pi p))/2 with p from 0
/// at the first update after warm-up to 1 at the last: the schedule ends at the final rate.
/// \param elapsed  share of train.minutes that is over: then p, and warm-up is a factor. Nothing: steps decide
double learning_rate_at(const TrainOptions& options, int64_t step, std::optional<double> elapsed = {});

/// Decay of the moving average at update `step`: min(options.ema, (1 + step)/(10 + step)), so that the average forgets
/// the initial weights quickly. 0 where there is no average: it then equals the weights.
double average_decay_at(const TrainOptions& options, int64_t step);

}  // namespace mdsm
