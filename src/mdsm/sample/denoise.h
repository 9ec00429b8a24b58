#pragma once

#include "mdsm/base/options.h"
#include "mdsm/energy/energy.h"

namespace mdsm {

/// How a noisy batch is denoised.
struct DenoiseOptions {
  int64_t steps = 1;
  double keep = 0.5;

  template <class Option> void visit(Option&& option) {
    option("steps", steps, "gradients: 1 is one jump to the posterior mean; more go coarse to fine", at_least(1));
    option("keep", keep, "part of the remaining noise that every step but the last leaves", between(0, 1));
  }
};

/// A denoised batch and the noise that was found in it.
struct Denoised {
  Tensor x;      ///< like the noisy batch; not clamped
  Tensor sigma;  ///< (B): implied_sigma of the noisy data, in units of the data
  Tensor first;  ///< D of the noisy data, from which sigma is: for one who knows where the noise is
};

/// Removes noise of unknown size, the same or another for each datum.
///
/// One step is the jump D(x~). With several, every step but the last moves only part of the way,
///     x <- D(x) + keep (x - D(x)),
/// which is x <- D + (sigma'/sigma)(x - D) with sigma' = keep sigma and sigma the level implied at x; the last is the
/// jump. Many small steps follow the denoiser's flow to a sharper datum than the posterior mean, which blurs what noise
/// has hidden.
/// Source: Kadkhodaie and Simoncelli 2021, arXiv:2007.13640 (there with noise added).
/// \param noisy  (B, ...)
/// \throws Error unless options.steps >= 1, 0 <= options.keep < 1 and sigma0 is positive
Denoised denoise(const Energy& energy, const Tensor& noisy, double sigma0, const DenoiseOptions& options = {});

}  // namespace mdsm
