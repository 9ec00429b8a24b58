#pragma once

#include "mdsm/base/watch.h"
#include "mdsm/data/source.h"
#include "mdsm/evaluate/density/level_energies.h"
#include "mdsm/evaluate/density/smoothed_moments.h"

namespace mdsm {

/// What a bound or an integral over noise levels needs to know.
struct LevelRange {
  double sigma_min = 0;  ///< the density is that of data with this noise
  double sigma_max = 0;  ///< where the data are taken for the Gaussian of their moments
  int64_t levels = 32;   ///< of the midpoint rule in log sigma, or steps of the flow
  uint64_t seed = 0;     ///< datum i has row (seed, Stream::measurement, i)
  int64_t batch = 128;
};

/// The evidence lower bound of a denoiser, for each datum x of a finite source: (N) float64 nats,
///
///     E log p(x + sigma_min n) >= - KL(N(x, sigma_max^2 I) || N(m, C + sigma_max^2 I)) - entropy of the noise sigma_min
///                                 - integral of E ||D(x + sigma n) - x||^2 / sigma^2 over log sigma
///
/// It is no bound of the density of any energy: it is one of the density of the hierarchy of denoising steps, and equals
/// the data's own log-density where D is the posterior mean at every level and the data are Gaussian at sigma_max.
/// Source: Kingma, Salimans, Poole, Ho 2021, arXiv:2107.00630, equation (11); docs/derivations/curvature.md.
/// \param moments  of the training data
/// \throws Error unless 0 < sigma_min < sigma_max and levels >= 1, or if shapes differ; (interrupted)
Tensor elbo(const LevelEnergies& energies, const DataMoments& moments, const Source& data, const LevelRange& range,
            const Watch& watch = {});

/// \throws Error, which `who` opens, unless 0 < sigma_min < sigma_max, both finite, and there is a level
void require_range(const LevelRange& range, const char* who);

}  // namespace mdsm
