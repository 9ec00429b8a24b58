#pragma once

#include <string_view>

#include "mdsm/base/tensor.h"

namespace mdsm {

// How a camera was held: the orientation that EXIF keeps beside the pixels, 1 to 8. A viewer turns the picture by it.
// Sources: Exif 2.32 (CIPA DC-008), tag 0x0112 of IFD0; TIFF 6.0 for the frame; PNG third edition for the chunk eXIf.

/// The orientation in a TIFF frame; 1 (as it is) where there is none, or it is damaged.
int tiff_orientation(std::string_view tiff);

/// The orientation of a JPEG file (segment APP1) or a PNG file (chunk eXIf); 1 where there is none.
int jpeg_orientation(std::string_view bytes);
int png_orientation(std::string_view bytes);

/// The image (C, H, W) as it was seen: 2 mirrored, 3 half a turn, 4 mirrored upside down, 5 transposed, 6 a quarter to
/// the right, 7 transposed over the other diagonal, 8 a quarter to the left; 1 as it is.
Tensor turned(const Tensor& image, int orientation);

}  // namespace mdsm
