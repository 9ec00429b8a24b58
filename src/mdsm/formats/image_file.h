#pragma once

#include <filesystem>
#include <string_view>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Images of more pixels are refused before anything is allocated: such a size is damage or an attack.
inline constexpr int64_t kImagePixelLimit = int64_t{1} << 26;

/// The image in the bytes of a PNG or JPEG file, told apart by how they begin.
///
/// PNG of any bit depth (16 bits are rounded to 8) and JPEG; a palette becomes colours, transparency is dropped and the
/// colour profile is not applied.
/// \param what  names the bytes in error texts
/// \return (C, H, W) uint8, C = 1 for grey and 3 for colour (red, green, blue)
/// \throws Error if the bytes are damaged, cut short, or neither of the two
Tensor decode_image(std::string_view bytes, std::string_view what);

/// decode_image of a file.
Tensor read_image(const std::filesystem::path& path);

/// Whether a file name ends in .png, .jpg or .jpeg, in small or capital letters.
bool is_image_name(std::string_view name);

}  // namespace mdsm
