#pragma once

#include <string>
#include <vector>

#include "mdsm/evaluate/parts.h"
#include "mdsm/evaluate/score.h"

namespace mdsm {

/// All scores of some data, each (N) float64: what out-of-distribution detection compares. Typicality is energy's
/// distance from a mean that is known later: typicality().
struct ScoreTable {
  Tensor energy;        ///< E(x)
  Tensor noisy_energy;  ///< E(x + sigma0 n)
  Tensor gradient;      ///< ||grad E(x)||
  Tensor residual;      ///< ||x - D(x)|| = sigma0^2 ||grad E(x)||: the same order as `gradient`

  /// |E(x) - mean_energy|
  Tensor typicality(double mean_energy) const { return (energy - mean_energy).abs(); }
};

/// What decides the numbers of a table, beside the data.
struct Scoring {
  const Energy& energy;
  double sigma0;
  uint64_t seed = 0;  ///< of the noise n, a row a datum: (seed, Stream::measurement, index)
  int64_t batch = kScoreBatch;
};

/// Scores all data of a finite source in batches: one gradient and one energy more a datum.
///
/// \param parts  keeps finished chunks under `name`
/// \throws Error as scores()
ScoreTable score_table(const Scoring& scoring, const Source& data, const PartStore& parts = {},
                       const std::string& name = "scores", const Watch& watch = {});

/// denoising_scores() of all data, likewise: a row each, (2, N) float64. Eight gradients a datum.
Tensor denoising_table(const Scoring& scoring, const Source& data, const PartStore& parts = {},
                       const std::string& name = "denoising", const Watch& watch = {});

/// A score of the table by name.
struct NamedScore {
  std::string name;
  Tensor values;
};
/// energy, noisy-energy, gradient, residual, typicality.
std::vector<NamedScore> named_scores(const ScoreTable& table, double mean_energy);

}  // namespace mdsm
