#include "mdsm/train/memory_need.h"

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/energy/training_memory.h"

namespace mdsm {

int64_t data_in_memory(const TrainOptions& options) {
  return options.micro_batch == 0 ? options.batch : std::min(options.batch, options.micro_batch);
}

int64_t training_memory(const Experiment& experiment, const Shape& datum_shape, Precision precision) {
  return estimate_training_memory(experiment.energy, datum_shape, data_in_memory(experiment.train), precision);
}

void require_memory(const Experiment& experiment, const Shape& datum_shape, Precision precision, int64_t available) {
  const auto estimate = [&](int64_t data) {
    return estimate_training_memory(experiment.energy, datum_shape, data, precision);
  };
  int64_t batch = data_in_memory(experiment.train);
  const int64_t needed = estimate(batch);
  if (needed <= available) return;
  while (batch > 1 && estimate(batch) > available) batch /= 2;
  reject("training needs about {} and {} are free. {}", format_bytes(needed), format_bytes(available),
         estimate(batch) <= available ? fmt::format("Set train.micro_batch = {} (the same result, in pieces).", batch)
                                      : "Use a narrower network (energy.width).");
}

}  // namespace mdsm
