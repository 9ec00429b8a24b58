#pragma once

#include "mdsm/evaluate/kolmogorov_smirnov.h"
#include "mdsm/evaluate/score_table.h"

namespace mdsm {

/// Energies of data that were trained on and of data that were not: over-fitting is a gap.
struct EnergyComparison {
  ScoreTable train;
  ScoreTable test;
  KolmogorovSmirnov plain = {};  ///< of E(x)
  KolmogorovSmirnov noisy = {};  ///< of E(x + sigma0 n)
};

/// Scores all of both sources.
/// \param parts  keeps finished chunks as "train" and "test"
/// \throws Error as score_table()
EnergyComparison compare_energies(const Scoring& scoring, const Source& train, const Source& test,
                                  const PartStore& parts = {}, const Watch& watch = {});

}  // namespace mdsm
