#include "mdsm/sample/denoise.h"

#include <c10/core/GradMode.h>

#include "mdsm/base/error.h"
#include "mdsm/sample/jump.h"

namespace mdsm {

Denoised denoise(const Energy& energy, const Tensor& noisy, double sigma0, const DenoiseOptions& options) {
  require(options.steps >= 1, "denoise: {} steps (expected at least 1).", options.steps);
  require(options.keep >= 0 && options.keep < 1, "denoise: keep is {} (expected 0 <= keep < 1: noise must go).",
          options.keep);
  const c10::NoGradGuard no_history;
  Tensor x = jump(energy, noisy, sigma0);
  Tensor before = noisy;
  const Tensor first = x;
  for (int64_t step = 1; step < options.steps; ++step) {
    before = x + (before - x) * options.keep;  // at::lerp rounds another way at the edge of a batch
    x = jump(energy, before, sigma0);
  }
  return {x, implied_sigma(noisy, first), first};
}

}  // namespace mdsm
