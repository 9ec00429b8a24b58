#pragma once

#include "mdsm/restore/solver.h"

namespace mdsm::testing {

inline constexpr double kSigma0 = 0.1;

inline RandomRows rows(int64_t count, uint64_t seed = 1) { return RandomRows::slots(seed, Stream::data, 0, count); }

inline Restored solve(const Energy& energy, const Measurement& measurement, const RestoreOptions& options,
                      uint64_t seed = 1) {
  const Tensor guess = at::full(batch_shape(measurement.count(), energy.datum_shape()), 0.5, measurement.y().options());
  return restore({energy, kSigma0, measurement, guess, rows(measurement.count(), seed)}, options);
}

}  // namespace mdsm::testing
