#pragma once

#include "mdsm/restore/solver.h"

namespace mdsm {

/// Ancestral sampling that is held to the measurement, in tens of gradients: its restorations differ more from each
/// other than those of the other solvers, and from the truth.
///
/// At levels sigma_1 > ... > sigma_K, with q = (sigma_{k+1}/sigma_k)^2, z ~ N(0, I) fresh and D the blind denoiser,
///     x <- hold( D(x) + q (x - D(x)) + sigma_{k+1} sqrt(1 - q) z ),
/// from hold(guess + sigma_1 z) to the estimate `finish` at sigma_K. With repeats R > 1 each level is visited R times,
/// the noise put back in between,
///     x <- hold( D(x) + q (x - D(x)) + sigma_k sqrt(1 - q^2) z ),
/// which lets the free part settle with the measured one. The levels are equally spaced in sigma^(1/3).
/// Sources: the step without `hold` is the ancestral sampler of variance-exploding diffusion (Song et al. 2021,
/// arXiv:2011.13456, appendix F); holding the measured part to y, Wang, Yu, Zhang 2022, arXiv:2212.00490 (DDNM), with
/// noise Kawar et al. 2022, arXiv:2201.11793 (DDRM); repeats, Lugmayr et al. 2022, arXiv:2201.09865 (RePaint).
/// \param options  solver, steps (0: 50; K = steps / repeats), repeats, sigma_max, sigma_min
/// \throws Error unless repeats <= steps and 0 < sigma_min <= sigma_max
Restored restore_ancestral(const RestoreTask& task, const RestoreOptions& options, const Watch& watch = {});

/// (max^(1/3) + i/(count-1) (min^(1/3) - max^(1/3)))^3, i = 0 .. count - 1, largest first; `min` alone where count
/// is 1.
std::vector<double> cubic_levels(double max, double min, int64_t count);

}  // namespace mdsm
