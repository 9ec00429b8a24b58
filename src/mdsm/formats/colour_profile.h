#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mdsm {

/// What a picture's file says of its colours, in the form of a PNG file; empty where it says nothing.
struct ColourProfile {
  std::string chunks;        ///< sRGB, gAMA, cHRM and cICP, whole
  std::string icc;           ///< the chunk iCCP, whole
  int64_t icc_channels = 0;  ///< of pictures that `icc` is for: 1 (grey) or 3

  bool operator==(const ColourProfile&) const = default;
};

/// That of a PNG file; damaged chunks are left out, as is an ICC profile of neither grey nor red, green and blue.
ColourProfile png_profile(std::string_view bytes);

/// That of a JPEG file: the ICC profile in its segments APP2, if all of them are there.
/// Source: ICC.1:2022, annex B.4.
ColourProfile jpeg_profile(std::string_view bytes);

/// The PNG file with the profile behind its header; an ICC profile for another number of channels is left out.
/// \param png  of write_png: without a profile of its own
std::string with_profile(const std::string& png, const ColourProfile& profile);

}  // namespace mdsm
