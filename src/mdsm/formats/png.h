#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Texts in a PNG file by key: "seed", "run", "sampler". Keys are 1 to 79 printable ASCII characters, values are UTF-8.
using PngTexts = std::map<std::string, std::string>;

/// The bytes of a PNG file: of 8 bits for uint8, of 16 for int32, whose numbers are 0 to 65535.
/// \param image  (C, H, W), C = 1 (grey), 2 (grey, opacity), 3 (red, green, blue) or 4 (and opacity), H and W at least 1
/// \throws Error if the image or a text is not as described
std::string encode_png(const Tensor& image, const PngTexts& texts = {});

/// Writes the file atomically.
/// \throws Error as encode_png and write_file_atomically do
void write_png(const std::filesystem::path& path, const Tensor& image, const PngTexts& texts = {});

/// The texts that stand before the pixels of a PNG file, where write_png puts them.
/// \throws Error if there is no such file or it is no PNG file
PngTexts read_png_text(const std::filesystem::path& path);

/// DIR/000000/000123.png for index 123: a folder never holds more than a thousand. The sub-folder is named after the
/// first index in it and is not made here.
/// \throws Error for an index below 0
std::filesystem::path numbered_path(const std::filesystem::path& folder, int64_t index);

}  // namespace mdsm
