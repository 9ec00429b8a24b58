#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mdsm {

// The frame of a PNG file: a signature of eight bytes and chunks of length, type, data and checksum (PNG specification,
// third edition, section 5).

/// A number as PNG writes it: the highest byte first.
std::string big_endian(uint32_t number, int bytes);

/// A chunk: length, type, data, checksum of type and data.
std::string png_chunk(std::string_view type, std::string_view data);

/// A chunk of a file; views into its bytes.
struct PngChunk {
  std::string_view type;   ///< four letters: "IHDR"
  std::string_view data;   ///< without type and checksum
  std::string_view whole;  ///< with length, type and checksum
};

inline constexpr size_t kPngSignature = 8;  // bytes

/// Calls action for each chunk in order, up to the first that the bytes do not hold whole; checksums are not looked at.
void for_each_png_chunk(std::string_view png, const std::function<void(const PngChunk&)>& action);

struct PngSize {
  uint32_t width = 0;
  uint32_t height = 0;
};

/// The size that a PNG file says it has; zero where there is none.
PngSize png_size(std::string_view png);

}  // namespace mdsm
