#pragma once

#include <filesystem>
#include <string>

#include "mdsm/formats/png.h"

namespace mdsm {

/// How long the frames of an animation are shown.
struct FrameTimes {
  int64_t frame_ms = 80;   ///< every frame but the last
  int64_t last_ms = 2000;  ///< the last one, before the animation begins again
};

/// The bytes of an animated PNG file that repeats for ever; programs that know no animation show its first frame.
///
/// Chunks acTL, fcTL and fdAT after the PNG specification, third edition (W3C 2025), section 11.3.6.
/// \param frames  (F, C, H, W) uint8, F at least 1, C = 1 or 3
/// \throws Error as encode_png, and unless the times are 1 to 65535
std::string encode_apng(const Tensor& frames, const PngTexts& texts = {}, const FrameTimes& times = {});

/// Writes the file atomically.
/// \throws Error as encode_apng and write_file_atomically do
void write_apng(const std::filesystem::path& path, const Tensor& frames, const PngTexts& texts = {},
                const FrameTimes& times = {});

}  // namespace mdsm
