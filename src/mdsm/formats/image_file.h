#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Images of more pixels are refused before anything is allocated: such a size is damage, an attack, or a picture that
/// would take gigabytes.
inline constexpr int64_t kImagePixelLimit = int64_t{1} << 26;

/// Bytes of a picture's file, in a folder or an archive: larger ones are refused.
inline constexpr int64_t kImageFileLimit = int64_t{1} << 28;

/// Behind transparent pixels unless something else is said: white, as paper and web pages are (docs/adr/0021).
inline constexpr uint8_t kBackground = 255;

/// An image, and what was done to it on the way.
struct Picture {
  Tensor pixels;             ///< (C, H, W) uint8, C = 1 for grey and 3 for colour (red, green, blue)
  bool turned = false;       ///< by its EXIF orientation
  bool transparent = false;  ///< some of its pixels, and so mixed with the background
  bool sixteen_bit = false;  ///< rounded to 8
};

/// The image in the bytes of a PNG or JPEG file, told apart by how they begin: the one reader of pictures.
///
/// PNG of any bit depth (16 bits are rounded to 8; whole_picture.h keeps them) and JPEG; a palette becomes colours, transparent pixels are mixed
/// with the background, the image is turned as viewers show it (exif.h); the colour profile is not applied.
/// \param what        names the bytes in error texts
/// \param background  grey level behind transparent pixels
/// \throws Error if the bytes are damaged, cut short, or neither of the two
Picture decode_picture(std::string_view bytes, std::string_view what, uint8_t background = kBackground);

/// Height and width of a picture as it is shown.
struct PictureSize {
  int64_t height = 0;
  int64_t width = 0;
  bool operator==(const PictureSize&) const = default;
};

/// What the header of a PNG or JPEG file says, without decoding it.
/// \throws Error if it says nothing, or more pixels than are read
PictureSize picture_size(std::string_view bytes, std::string_view what);

/// decode_picture of a file.
Picture read_picture(const std::filesystem::path& path, uint8_t background = kBackground);

/// Its pixels alone.
Tensor decode_image(std::string_view bytes, std::string_view what);
Tensor read_image(const std::filesystem::path& path);

/// \throws Error for more pixels than are read
void require_pixel_count(int64_t height, int64_t width, std::string_view what);

/// Pixels (..., C + 1, H, W) whose last channel is opacity, 0 (transparent) to 255 or, of floats, to 1: the other C
/// channels mixed with the background, of 0 to 255. As viewers do, by the values that are stored.
Tensor on_background(const Tensor& pixels, uint8_t background);

/// Whether a file name ends in .png, .jpg or .jpeg, in small or capital letters.
bool is_image_name(std::string_view name);
/// Whether it ends like a picture of a kind that is not read: .webp, .gif, .bmp, .tif, ...
bool is_other_picture_name(std::string_view name);

}  // namespace mdsm
