#pragma once

#include "mdsm/restore/denoiser.h"

namespace mdsm {

/// Where an iterate stands.
struct GuidedPoint {
  const Tensor& x;         ///< (B, ...): the truth plus white noise of size `level`
  const Tensor& denoised;  ///< D(x)
  const Tensor& level;     ///< (B), in units of the data
  Tensor rows = {};        ///< (B) int64, places of these data in the task; undefined: all of them
};

/// E[x_0 | x, y]: the posterior mean given the iterate x and the measurement, where the denoiser gives that given x
/// alone.
///
/// With D = E[x_0 | x] and C = Cov[x_0 | x] = level^2 dD/dx, and p(x_0 | x) taken to be Gaussian,
///     D + C A' w,    (sigma^2 + A C A') w = y - A D,
/// so that a direction weighs by its noise against what the energy leaves open there, at every level, and is never let
/// go. The system is solved by `steps` steps of conjugate gradients from w = 0; each costs one gradient, as C u is a
/// difference quotient of D. Exact for a Gaussian once the steps suffice. Sources: Tweedie's formula of second order,
/// Meng et al. 2021, arXiv:2111.04726; Finzi et al. 2023, arXiv:2306.07526; conjugate gradients, Rozet et al. 2024,
/// arXiv:2405.13712; with C = r^2 I it is Song et al. 2023, "Pseudoinverse-guided diffusion models". Equations (2) and
/// (3) of docs/derivations/restoration.md.
/// \param steps  at least 1
Tensor guided_mean(Denoiser& denoiser, const Measurement& measurement, const GuidedPoint& at, int64_t steps);

/// The same with t^2 A A' for A C A', which is never less: w = (sigma^2 + level^2 A A')^-1 (y - A D), one gradient. It
/// pulls too little at a high level and is exact as the level falls; an iteration that visits every level many times is
/// stable with it, whatever the measurement. Equation (3') of docs/derivations/restoration.md.
/// Source of the variance: Jalal et al. 2021, arXiv:2108.01368.
Tensor bounded_mean(Denoiser& denoiser, const Measurement& measurement, const GuidedPoint& at);

}  // namespace mdsm
