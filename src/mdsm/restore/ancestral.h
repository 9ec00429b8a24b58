#pragma once

#include "mdsm/restore/solver.h"

namespace mdsm {

/// Draws from the posterior p(x_0 | y), coarse to fine: ancestral sampling whose denoiser knows the measurement. The
/// default.
///
/// At levels t_1 > ... > t_K, with q = (t_{k+1}/t_k)^2, z ~ N(0, I) fresh and D_y the posterior mean given x and y
/// (guided_mean, which never lets go of a direction),
///     x <- D_y + q (x - D_y) + sqrt(t_{k+1}^2 (1 - q) + (1 - q)^2 v) z,    v = t_k^2 - ||x - D_y||^2 / d,
/// from the guess plus noise of size t_1 to D_y at t_K; v is the variance that x_0 has about D_y. Without noise in the
/// measurement the end is projected on A x = y. With repeats R > 1 each level is visited R times, the noise put back in
/// between. The levels are equally spaced in t^(1/3); one costs 1 + guide_steps gradients.
///
/// Where y is the image plus noise and sigma_max is that noise (denoising), y itself is the first iterate and holds all
/// that is known: D alone is then exact, at one gradient and one visit a level; one level alone is one jump D(y).
///
/// What it leaves out: the posterior's spread given x at t_K = sigma_min, since the end is a mean; what few conjugate
/// gradients miss; where p(x_0 | x) is not Gaussian, its higher moments. How much on Gaussians: tests/restore/
/// posterior_test.cc and docs/derivations/restoration.md.
/// Sources: ancestral sampling with variance-exploding noise, Song et al. 2021, arXiv:2011.13456, appendix F; its
/// variance, Bao et al. 2022, arXiv:2201.06503 (Analytic-DPM); the guide, guide.h; repeats, Lugmayr et al. 2022,
/// arXiv:2201.09865 (RePaint).
/// \param options  steps (0: 50; gradients at most), repeats, guide_steps, sigma_max, sigma_min
/// \throws Error unless steps suffice for one visit and 0 < sigma_min <= sigma_max
Restored restore_ancestral(const RestoreTask& task, const RestoreOptions& options, const Watch& watch = {});

/// (max^(1/3) + i/(count-1) (min^(1/3) - max^(1/3)))^3, i = 0 .. count - 1, largest first; `min` alone where count is 1
/// or both ends are equal.
std::vector<double> cubic_levels(double max, double min, int64_t count);

}  // namespace mdsm
