#pragma once

#include <string_view>

#include "mdsm/energy/energy.h"

namespace mdsm {

/// D(x) = x - sigma0^2 grad E(x): one denoising step, from any noise level. Shaped like x.
///
/// For the minimiser of MDSM, D(x~) is the posterior mean E[x | x~]: the network is a blind denoiser.
/// Source: Li, Chen, Sommer 2019, arXiv:1910.07762, section 4; Saremi and Hyvarinen 2019 (the "jump").
/// \param sigma0  the energy's reference scale, in units of the data
/// \throws Error unless sigma0 is positive and finite
Tensor jump(const Energy& energy, const Tensor& x, double sigma0);

/// The noise level that a denoised batch implies: ||x - D(x)|| / sqrt(d), shape (B).
///
/// It is somewhat below the true sigma: for the posterior mean sigma^2 d = E||x~ - D||^2 + E||x - D||^2, and the second
/// term, the denoiser's error, is not seen.
/// \throws Error unless the shapes agree
Tensor implied_sigma(const Tensor& x, const Tensor& denoised);

/// \throws Error unless sigma0 is positive and finite; `who` opens its text
void require_sigma0(double sigma0, std::string_view who);

}  // namespace mdsm
