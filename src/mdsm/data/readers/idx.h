#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"
#include "mdsm/data/reading.h"

namespace mdsm {

/// The unsigned bytes of an idx file, plain or gzip, in the shape its header states.
///
/// Format: two zero bytes, type 0x08, number of axes (1 to 4), a big-endian 32-bit size for each, the bytes.
/// Source: Y. LeCun, "The MNIST database of handwritten digits".
/// \throws Error if the header is damaged, or there are fewer or more bytes than it states; a size that the file
///         cannot hold is not allocated
Tensor read_idx(const std::filesystem::path& path);

/// Images of an idx file (N, H, W), changed by `prepare` (may be empty) some at a time, as (N, 1, H, W).
/// \throws Error as read_idx, or for another number of axes
Tensor read_idx_images(const std::filesystem::path& path, const PrepareImage& prepare);

/// Images and labels (N) of two idx files.
/// \throws Error unless the two fit each other
LabelledData read_idx_pair(const std::filesystem::path& images, const std::filesystem::path& labels,
                           const PrepareImage& prepare = {});

}  // namespace mdsm
