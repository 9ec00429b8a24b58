#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mdsm/data/reading.h"
#include "mdsm/formats/npy_reader.h"

namespace mdsm {

/// Images (N, C, H, W) uint8 or float32, or vectors (N, D) float32, out of an array as people store them.
///
/// Images: (N, H, W), (N, H, W, C), (N, C, H, W) with C 1, 3 or 4 (the fourth is opacity, mixed with the background), or
/// one image (H, W, C); 8-bit, floats in [0, 1], bool (0 and 1), whole numbers of other widths from 0 to 255, or uint16 of
/// its full range, rounded to 8 bits. Vectors: floats or whole numbers but bytes.
/// \param what   names the array in texts
/// \param notes  gets what was guessed
/// \throws Error that says what to store, or what to set where two readings are possible
///
/// Gone through twice, for what its values are and for these: memory is that of the set, as it is kept, and some MiB. An
/// array whose elements lie column by column, and one image, are read at once.
/// \param open  begins to read the array
Tensor images_or_vectors(const std::function<NpyReader()>& open, const Reading& reading, const std::string& what,
                         std::vector<std::string>& notes);

}  // namespace mdsm
