#pragma once

#include <functional>

#include "mdsm/base/rng.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/noise/levels.h"

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

/// Data that are denoised at once, where nothing else is said.
inline constexpr int64_t kDenoisingBatch = 128;

/// `count` levels spread geometrically from `low` to `high`; one where the two are equal.
std::vector<double> spread_levels(double low, double high, int64_t count);

/// What decides the numbers, beside energy and data.
struct Calibration {
  std::vector<double> sigmas;  ///< in units of the data, each positive
  double sigma0 = 0;
  uint64_t seed = 0;  ///< of the noise: datum i at level k has row (seed, Stream::measurement, i) at step k
  int64_t batch = kDenoisingBatch;
};

/// Shows all data of a finite source, batch by batch and level by level, to `look`: x, the place of the level, and a row of
/// random numbers a datum.
/// \throws Error, which `who` opens, unless the levels are positive; as scores(); (interrupted)
void over_noise_levels(const Energy& energy, const Source& data, const Calibration& calibration, const char* who,
                       const Watch& watch,
                       const std::function<void(const Tensor& x, size_t level, const RandomRows& rows)>& look);

/// \throws Error (failure), which `who` opens, unless the figure of this level is finite
void require_finite_level(double figure, double sigma, const Source& data, const char* who);

/// Adds noise of each level to all data of a finite source and removes it again by one jump.
std::vector<NoiseLevelResult> noise_calibration(const Energy& energy, const Source& data,
                                                const Calibration& calibration, const Watch& watch = {});

}  // namespace mdsm
