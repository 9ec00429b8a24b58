#include "mdsm/formats/png_chunks.h"

#include <zlib.h>

namespace mdsm {
namespace {

constexpr size_t kBeforeData = 8;  // length and type of a chunk
constexpr size_t kChecksum = 4;

uint32_t read_big_endian(std::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

}  // namespace

std::string big_endian(uint32_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(number >> (8 * i) & 0xFF));
  return text;
}

std::string png_chunk(std::string_view type, std::string_view data) {
  const std::string body = std::string(type) + std::string(data);
  const auto checksum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<uint32_t>(data.size()), 4) + body + big_endian(static_cast<uint32_t>(checksum), 4);
}

void for_each_png_chunk(std::string_view png, const std::function<void(const PngChunk&)>& action) {
  for (size_t at = kPngSignature; at + kBeforeData + kChecksum <= png.size();) {
    const size_t length = read_big_endian(png.substr(at));
    const size_t whole = kBeforeData + length + kChecksum;
    if (whole > png.size() - at) return;
    action({png.substr(at + 4, 4), png.substr(at + kBeforeData, length), png.substr(at, whole)});
    at += whole;
  }
}

PngSize png_size(std::string_view png) {
  PngSize size;
  for_each_png_chunk(png, [&](const PngChunk& chunk) {
    if (chunk.type != "IHDR" || chunk.data.size() < 8) return;
    size = {read_big_endian(chunk.data), read_big_endian(chunk.data.substr(4))};
  });
  return size;
}

}  // namespace mdsm
