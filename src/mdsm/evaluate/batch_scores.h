#pragma once

#include "mdsm/evaluate/score.h"

namespace mdsm {

/// scores() of data that are in memory, (B): by any energy that takes them. Defined in score.cc, which does so batch by batch.
Tensor batch_scores(const Energy& energy, const Tensor& x, ScoreKind kind, double sigma0, double mean_energy,
                    uint64_t seed = 0);

}  // namespace mdsm
