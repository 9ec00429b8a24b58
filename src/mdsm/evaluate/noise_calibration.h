#pragma once

#include "mdsm/evaluate/score.h"

namespace mdsm {

/// How an energy, as a blind denoiser, does at one noise level; root mean squares a pixel, in units of the data.
struct NoiseLevelResult {
  double sigma = 0;           ///< the true level
  double error = 0;           ///< ||D(x~) - x|| / sqrt(d)
  double implied = 0;         ///< ||x~ - D(x~)|| / sqrt(d): the level that the denoiser finds
  double implied_spread = 0;  ///< its standard deviation over the data
  /// sqrt(error^2 + implied^2) / sigma: 1 for the posterior mean, whose error is orthogonal to what it removes
  /// (docs/derivations/ais.md, (12)); else the denoiser removes too much or too little.
  double calibration = 0;
};

/// Adds noise of each level to the data 0 .. count - 1 and removes it again by one jump.
///
/// \param sigmas  in units of the data, each positive
/// \param seed    of the noise: datum i at level k has row (seed, Stream::measurement, i) at step k
/// \param pass    progress counts data times levels
std::vector<NoiseLevelResult> noise_calibration(const Energy& energy, const Source& data, int64_t count,
                                                const std::vector<double>& sigmas, double sigma0, uint64_t seed,
                                                const PassOptions& pass = {});

}  // namespace mdsm
