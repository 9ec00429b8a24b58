#include "mdsm/formats/exif.h"

#include <cstdint>

#include "mdsm/formats/jpeg_segments.h"
#include "mdsm/formats/png_chunks.h"

namespace mdsm {
namespace {

constexpr int kAsItIs = 1;
constexpr uint32_t kOrientationTag = 0x0112;
constexpr uint32_t kShort = 3, kLong = 4;  // types of TIFF's fields
constexpr size_t kFieldBytes = 12;         // tag 2, type 2, count 4, value 4

/// Numbers of a TIFF frame; 0 beyond its end.
class TiffFrame {
 public:
  explicit TiffFrame(std::string_view bytes) : bytes_(bytes), big_endian_(bytes.starts_with("MM")) {}

  bool is_one() const { return (big_endian_ || bytes_.starts_with("II")) && number(2, 2) == 42; }
  size_t size() const { return bytes_.size(); }
  uint32_t number(size_t at, size_t count) const {
    if (at > bytes_.size() || bytes_.size() - at < count) return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i) {
      value = value << 8 | static_cast<unsigned char>(bytes_[at + (big_endian_ ? i : count - 1 - i)]);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

}  // namespace

int tiff_orientation(std::string_view tiff) {
  const TiffFrame frame(tiff);
  if (!frame.is_one()) return kAsItIs;
  const size_t directory = frame.number(4, 4);
  const size_t fields = frame.number(directory, 2);
  for (size_t i = 0; i < fields; ++i) {
    const size_t at = directory + 2 + i * kFieldBytes;
    if (at + kFieldBytes > frame.size()) break;
    if (frame.number(at, 2) != kOrientationTag) continue;
    const uint32_t type = frame.number(at + 2, 2);
    const uint32_t value = type == kShort ? frame.number(at + 8, 2) : type == kLong ? frame.number(at + 8, 4) : 0;
    return value >= 1 && value <= 8 ? static_cast<int>(value) : kAsItIs;
  }
  return kAsItIs;
}

int jpeg_orientation(std::string_view bytes) {
  constexpr std::string_view kExif{"Exif\0\0", 6};
  int orientation = 0;
  for_each_jpeg_segment(bytes, [&](uint8_t code, std::string_view content) {
    if (orientation == 0 && code == 0xE1 && content.starts_with(kExif))
      orientation = tiff_orientation(content.substr(kExif.size()));
  });
  return orientation == 0 ? kAsItIs : orientation;
}

int png_orientation(std::string_view bytes) {
  int orientation = kAsItIs;
  for_each_png_chunk(bytes, [&](const PngChunk& chunk) {
    if (chunk.type == "eXIf") orientation = tiff_orientation(chunk.data);
  });
  return orientation;
}

Tensor turned(const Tensor& image, int orientation) {
  switch (orientation) {
    case 2:
      return image.flip(2);
    case 3:
      return image.flip({1, 2});
    case 4:
      return image.flip(1);
    case 5:
      return image.transpose(1, 2).contiguous();
    case 6:
      return image.transpose(1, 2).flip(2);
    case 7:
      return image.transpose(1, 2).flip({1, 2});
    case 8:
      return image.transpose(1, 2).flip(1);
    default:
      return image;
  }
}

}  // namespace mdsm
