#pragma once

#include <functional>

#include "mdsm/sample/draw.h"

namespace mdsm {

/// Draws the samples of some seeds in this process alone; sums instead of means.
using DrawPart = std::function<Drawn(std::span<const uint64_t> seeds)>;

/// The samples of all seeds, of which each rank of the job draws a part (parallel/job.h): sums again. Where a rank was
/// stopped, the samples up to there.
Drawn draw_shared(std::span<const uint64_t> seeds, const Shape& datum_shape, const DrawPart& draw);

/// Appends to the trace `sums` what other chains did: a chain that ended early stands where it ended.
void append_trace(std::vector<ChainRecord>& sums, const std::vector<ChainRecord>& more);

}  // namespace mdsm
