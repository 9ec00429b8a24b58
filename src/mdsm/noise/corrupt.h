#pragma once

#include "mdsm/base/rng.h"

namespace mdsm {

/// x + sigma n, n ~ N(0, I) drawn from `rows` at `step`; x (B, ...), sigma (B), result like x.
/// \throws Error unless sigma and rows have one entry a datum
Tensor corrupt(const Tensor& x, const Tensor& sigma, const RandomRows& rows, uint32_t step);
/// The same noise level for all.
Tensor corrupt(const Tensor& x, double sigma, const RandomRows& rows, uint32_t step);

}  // namespace mdsm
