#include "mdsm/train/step_decision.h"

#include <cmath>

#include "mdsm/train/schedule.h"

namespace mdsm {

StepDecision decide(const TrainOptions& options, const NormWatch& watch, const StepPlace& place,
                    const StepNumbers& numbers) {
  StepDecision decision;
  decision.explosion = watch.is_explosion(numbers.loss, numbers.norm);
  decision.update = {
      .number = place.step + 1,
      .learning_rate =
          learning_rate_at(options, place.step, place.elapsed) * std::pow(0.5, static_cast<double>(place.rollbacks)),
      .gradient_scale = options.clip > 0 && numbers.norm > options.clip ? options.clip / numbers.norm : 1,
      .average_decay = average_decay_at(options, place.step)};
  return decision;
}

}  // namespace mdsm
