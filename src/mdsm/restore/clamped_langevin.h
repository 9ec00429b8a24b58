#pragma once

#include "mdsm/restore/solver.h"

namespace mdsm {

/// The paper's in-painting: annealed Langevin dynamics whose known part is clamped, before every gradient, to the truth
/// plus fresh noise of size sigma0 sqrt(T_t); the rest moves freely. (One square root: the authors' code takes two.)
///
/// x_0 = 1/2 + N(0, I); temperatures are the three stages from 100 to 0 (three_stage_temperatures); at the end one
/// denoising step, kept to the measurement. The paper clamps pixels; any measured direction is clamped here in the same
/// way. With noise in the measurement nothing is clamped: the chain moves in E + T A'(A x - y)^2 / 2 (sigma^2 + s^2
/// sigma0^2 T), the likelihood of x with its own noise (Kawar, Vaksman, Elad 2021, arXiv:2105.14951), which becomes
/// exact as T falls. Source of the rest: Li, Chen, Sommer 2019, arXiv:1910.07762, section 4.
/// \param options  steps (0: 2700, and the last denoising step), step_size
Restored restore_clamped_langevin(const RestoreTask& task, const RestoreOptions& options, const Watch& watch = {});

/// The chain alone, at any temperatures and from any x: what the tests look at. Without noise in the measurement the
/// chain is clamped before every gradient and not after the last step.
Tensor clamped_langevin_chain(const RestoreTask& task, const std::vector<double>& temperatures, double step_size,
                              Tensor x, const Watch& watch = {});

}  // namespace mdsm
