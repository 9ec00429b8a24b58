#pragma once

#include <string_view>

#include "mdsm/formats/image_file.h"

namespace mdsm {

/// The pixels of a PNG file, a palette as colours; not turned.
struct PngPixels {
  Tensor pixels;             ///< (C, H, W): uint8, or int32 from 0 to 65535
  bool has_opacity = false;  ///< in the last channel: C = 2 or 4; else 1 or 3
  bool sixteen_bit = false;  ///< in the file
};

/// \param keep_sixteen_bits  else they are rounded to 8
/// \throws Error if the bytes are damaged
PngPixels decode_png_pixels(std::string_view bytes, std::string_view what, bool keep_sixteen_bits);

/// The PNG half of decode_picture; not turned.
Picture decode_png(std::string_view bytes, std::string_view what, uint8_t background);

}  // namespace mdsm
