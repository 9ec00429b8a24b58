#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"

namespace mdsm {

/// The unsigned bytes of an idx file, plain or gzip, in the shape its header states.
///
/// Format: two zero bytes, type 0x08, number of axes (1 to 4), a big-endian 32-bit size for each, the bytes.
/// Source: Y. LeCun, "The MNIST database of handwritten digits".
/// \throws Error if the header is damaged, or there are fewer or more bytes than it states; nothing of the stated size
/// is
///         allocated before the bytes are there
Tensor read_idx(const std::filesystem::path& path);

/// Images (N, H, W) and labels (N) of two idx files, as (N, 1, H, W).
/// \throws Error unless the two fit each other
LabelledData read_idx_pair(const std::filesystem::path& images, const std::filesystem::path& labels);

}  // namespace mdsm
