#pragma once

#include "mdsm/formats/colour_profile.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/png.h"

namespace mdsm {

/// What a file has beside the colours of its pixels, so that a picture computed from it can be written as it was.
struct PictureForm {
  int64_t bits = 8;            ///< a channel: 8 or 16
  Tensor opacity = {};         ///< (1, H, W), uint8 or, of 16 bits, int32 up to 65535; undefined: there is none
  ColourProfile profile = {};  ///< kept, not applied
};

/// A picture with nothing rounded and nothing mixed with a background.
struct WholePicture {
  Tensor colours;  ///< (C, H, W) float32 in [0, 1], C = 1 for grey and 3 for colour
  PictureForm form;
  bool turned = false;  ///< by its EXIF orientation
};

/// That in the bytes of a PNG or JPEG file, for who changes its pixels and writes it again; data sets take decode_picture.
/// \throws Error as decode_picture
WholePicture decode_whole_picture(std::string_view bytes, std::string_view what);
WholePicture read_whole_picture(const std::filesystem::path& path);

/// Writes pixels as a PNG file of this form. An ICC profile for another number of channels is left out.
/// \param colours  (1 or 3, H, W) float, clamped to [0, 1]
/// \throws Error as write_png; for an opacity of another size
void write_picture(const std::filesystem::path& path, const Tensor& colours, const PictureForm& form,
                   const PngTexts& texts = {});

}  // namespace mdsm
