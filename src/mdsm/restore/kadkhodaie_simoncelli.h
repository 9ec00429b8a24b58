#pragma once

#include "mdsm/restore/solver.h"

namespace mdsm {

/// Stochastic coarse-to-fine ascent of the implicit prior under linear constraints, with a blind denoiser.
///
/// From x_0 = (I - P) 1/2 + A+ y + N(0, I), with P = A+ A and f(x) = D(x) - x,
///     d_t = (I - P) f(x) + A+ y - P x,     sigma_t = ||d_t|| / sqrt(N),     h_t = h0 t / (1 + h0 (t - 1)),
/// x <- x + h_t d_t + gamma_t z,        gamma_t^2 = ((1 - beta h_t)^2 - (1 - h_t)^2) sigma_t^2. A datum stops when its
/// own sigma_t < sigma_end; all stop after options.steps gradients. Then one denoising step, kept to the measurement
/// (`agree`), which is ours. Where the measurement has noise, d_t = E[x_0 | x, y] - x at level sigma_{t-1} instead
/// (bounded_mean, two gradients a step), which is ours too. Source: Kadkhodaie and Simoncelli 2021,
/// arXiv:2007.13640, algorithm 2: sigma_0 = 1, sigma_L = 0.01, h0 = 0.01, beta = 0.01, which are taken for options that
/// are 0. Their M M' is A+ A, their M x_c is A+ y.
///
/// A search for likely images, with less spread than the posterior (docs/derivations/restoration.md has how much).
/// \param options  steps (0: 1000, twice that with noise in the measurement), sigma_end, h0, beta
/// \throws Error unless h0, beta are in [0, 1] and sigma_end is at least 0
Restored restore_kadkhodaie_simoncelli(const RestoreTask& task, const RestoreOptions& options, const Watch& watch = {});

/// The same in tens of gradients: at most 100 steps (of two gradients with noise in the measurement) from h0 = 0.5 with
/// beta = 0.03, each datum until its sigma_t is half of options.sigma_min. Below the least noise that an energy was
/// trained on its residual says little, and the last denoising step removes what is left.
Restored restore_fast(const RestoreTask& task, const RestoreOptions& options, const Watch& watch = {});

}  // namespace mdsm
