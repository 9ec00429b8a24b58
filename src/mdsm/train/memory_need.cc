#include "mdsm/train/memory_need.h"

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/data/moments.h"
#include "mdsm/energy/training_memory.h"

namespace mdsm {
namespace {

/// Bytes of fit_moments, beside the data and some MiB of rows: (d, d) float64 are the covariance, the same divided, its
/// eigenvectors and LAPACK's own two; above kDenseMoments the Gram matrix of a subset takes their place, and the
/// factors (r, d) are as float64, with their signs fixed, and as float32.
int64_t moments_bytes(int64_t rank, const Shape& datum_shape) {
  if (rank == 0) return 0;
  constexpr int64_t kMatrices = 5;
  constexpr int64_t kBytesAFactor = 8 + 8 + 4 + 2;
  const int64_t d = element_count(datum_shape);
  const int64_t side = std::min(d, d <= kDenseMoments ? kDenseMoments : kMomentSubset);
  return kMatrices * side * side * static_cast<int64_t>(sizeof(double)) + kBytesAFactor * std::min(rank, side) * d;
}

/// Weights, gradient, moments of the optimiser and average, which are there while the data's moments are measured.
int64_t state_bytes(const Experiment& experiment, const Shape& datum_shape) {
  constexpr int64_t kCopies = 5;
  return kCopies * static_cast<int64_t>(sizeof(float)) * energy_parameter_count(experiment.energy, datum_shape);
}

std::string beside(int64_t held) { return held > 0 ? fmt::format(" beside the {} of data", format_bytes(held)) : ""; }

}  // namespace

int64_t data_in_memory(const TrainOptions& options) {
  return options.micro_batch == 0 ? options.batch : std::min(options.batch, options.micro_batch);
}

MemoryNeed memory_need(const Experiment& experiment, const Shape& datum_shape, Precision precision, int64_t held) {
  const int64_t moments = moments_bytes(experiment.train.moments_rank, datum_shape);
  return {.data = held,
          .moments = moments > 0 ? moments + state_bytes(experiment, datum_shape) : 0,
          .training =
              estimate_training_memory(experiment.energy, datum_shape, data_in_memory(experiment.train), precision)};
}

std::string training_summary(const Experiment& experiment, const Source& data, Precision precision) {
  const Shape& shape = data.info().datum_shape;
  const MemoryNeed need = memory_need(experiment, shape, precision, data.held_bytes());
  return fmt::format("{} parameters, data {}, about {} of memory for training ({} of data, batches of {}, {})",
                     format_count(energy_parameter_count(experiment.energy, shape)), to_text(shape),
                     format_bytes(need.total()), format_bytes(need.data), data_in_memory(experiment.train),
                     precision_name(precision));
}

void require_memory(const Experiment& experiment, const Shape& datum_shape, Precision precision, int64_t held,
                    int64_t available) {
  const auto estimate = [&](int64_t data) {
    return estimate_training_memory(experiment.energy, datum_shape, data, precision);
  };
  const MemoryNeed need = memory_need(experiment, datum_shape, precision, held);
  if (need.beside_data() <= available) return;
  int64_t batch = data_in_memory(experiment.train);
  while (batch > 1 && estimate(batch) > available) batch /= 2;
  std::string advice = "Use a narrower network (energy.width).";
  if (estimate(batch) <= available)
    advice = fmt::format("Set train.micro_batch = {} (the same result, in pieces).", batch);
  if (need.training <= available) {
    advice =
        "The moments of the data take that before the first update. Lower data.image_size, or set "
        "train.moments_rank = 0 (samples then start from noise).";
  }
  reject("training needs about {}{}, and {} are free. {}", format_bytes(need.beside_data()), beside(held),
         format_bytes(available), advice);
}

}  // namespace mdsm
