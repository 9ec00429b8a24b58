#pragma once

#include "mdsm/base/rng.h"

namespace mdsm {

/// x as a file of 8 bits keeps it: clipped to [0, 1] and rounded to 255ths.
Tensor as_eight_bits(const Tensor& x);

/// as_eight_bits of some data of a batch, each chosen with the probability `part`; the others as they are.
/// \param noisy  (B, ...)
/// \param rows   decide at `step` which; one a datum
Tensor with_eight_bits(const Tensor& noisy, double part, const RandomRows& rows, uint32_t step);

}  // namespace mdsm
