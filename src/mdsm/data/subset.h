#pragma once

#include <cstdint>
#include <vector>

#include "mdsm/data/source.h"

namespace mdsm {

/// The places of `count` data that stand for a whole source: drawn at random by the seed without replacement, in rising
/// order; all of them where count is the size; the first `count` of a source that never ends, whatever the seed.
///
/// Neither the first nor every k-th will do: sets are sorted by class, and MNIST repeats its writers with a period
/// (every 12th training image has Frechet distance 9.8 to the test images, random ones 2.1; features: digits).
/// \param count  1 to the source's size
/// \throws Error if there are fewer
std::vector<int64_t> subset_of(const Source& source, int64_t count, uint64_t seed = 0);

/// The same of what is no source: rows of a tensor, pictures of a page.
/// \param count  1 to `size`; more means all
std::vector<int64_t> subset_of(int64_t size, int64_t count, uint64_t seed = 0);

/// These places in an order that the seed picks: what is dealt out by place (noise levels) then says nothing of classes.
std::vector<int64_t> shuffled(const std::vector<int64_t>& places, uint64_t seed = 0);

}  // namespace mdsm
