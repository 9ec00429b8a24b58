#pragma once

#include <cstdint>

namespace mdsm {

/// Deflate, which PNG, gzip, .npz and MATLAB's files use, makes data at most 1032 times smaller: what claims to hold more
/// is not whole. (A pair of length 258 takes two bits at the least.)
inline constexpr int64_t kMostDeflated = 1032;

}  // namespace mdsm
