#pragma once

#include "mdsm/evaluate/density/elbo.h"

namespace mdsm {

/// The log-density of each datum with noise sigma_min, along the probability flow of a denoiser:
///
///     dy / d log sigma = y - D(y),      log p(y_0) = log N(y_1; m, C + sigma_max^2 I) + integral of (d - tr J) d log sigma
///
/// by Heun's method in steps that are even in sigma^(1/3), tr J from random signs or exactly.
/// Source: Song et al. 2021, arXiv:2011.13456, section 4.3; Karras et al. 2022, arXiv:2206.00364, algorithm 1.
struct FlowDensity {
  Tensor noisy;        ///< (N, datum_shape...) float32, the data with noise that it is told of
  Tensor log_density;  ///< (N) float64 nats
};

/// \param probes  random signs a step for tr J; 0: exactly, at as many products as a datum has dimensions
/// \throws Error as elbo()
FlowDensity flow_density(const LevelEnergies& energies, const DataMoments& moments, const Source& data,
                         const LevelRange& range, int64_t probes, const Watch& watch = {});

}  // namespace mdsm
