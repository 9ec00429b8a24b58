#include "mdsm/formats/image_file.h"

#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <memory>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/formats/exif.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/png_decode.h"

namespace mdsm {
namespace {

/// A block of 8 x 8 pixels takes one bit of a JPEG file at the least: the code of its mean.
constexpr size_t kMostPixelsPerByte = 512;

struct DestroyJpeg {
  void operator()(void* handle) const { tjDestroy(handle); }
};

[[noreturn]] void reject_jpeg(void* handle, std::string_view what) {
  reject("{}: the JPEG image cannot be decoded ({}). Replace the file or take it out.", what, tjGetErrorStr2(handle));
}

using JpegHandle = std::unique_ptr<void, DestroyJpeg>;

const unsigned char* jpeg_bytes(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

/// What the header of a JPEG file says.
struct JpegHeader {
  PictureSize size;
  bool grey = false;
};

/// \throws Error unless it can be read, and the bytes could hold such an image
JpegHeader jpeg_header(const JpegHandle& handle, std::string_view bytes, std::string_view what) {
  if (handle == nullptr) fail("libjpeg-turbo cannot start ({}).", tjGetErrorStr2(nullptr));
  int width = 0;
  int height = 0;
  int sampling = 0;
  int space = 0;
  if (tjDecompressHeader3(handle.get(), jpeg_bytes(bytes), bytes.size(), &width, &height, &sampling, &space) != 0) {
    reject_jpeg(handle.get(), what);
  }
  require(space == TJCS_GRAY || space == TJCS_YCbCr || space == TJCS_RGB,
          "{}: the JPEG image has four inks (CMYK), not red, green and blue; what they look like depends on the press. "
          "Convert it to RGB (GIMP: Image > Mode; ImageMagick: magick IN.jpg -colorspace sRGB OUT.png).",
          what);
  require(width >= 1 && height >= 1,
          "{}: the JPEG image cannot be decoded (it is cut short). Replace the file or take it out.", what);
  require_pixel_count(height, width, what);
  require(static_cast<size_t>(width) * static_cast<size_t>(height) / kMostPixelsPerByte <= bytes.size(),
          "{}: the JPEG image claims {} x {} pixels, more than its {} bytes can hold. Replace the file or take it out.",
          what, width, height, bytes.size());
  return {{height, width}, space == TJCS_GRAY};
}

Tensor decode_jpeg(std::string_view bytes, std::string_view what) {
  const JpegHandle handle(tjInitDecompress());
  const auto [size, grey] = jpeg_header(handle, bytes, what);
  Tensor pixels = at::empty({size.height, size.width, grey ? 1 : 3}, at::kByte);
  // A warning means missing or damaged data, which libjpeg would fill with grey.
  if (tjDecompress2(handle.get(), jpeg_bytes(bytes), bytes.size(), pixels.data_ptr<uint8_t>(),
                    static_cast<int>(size.width), 0, static_cast<int>(size.height), grey ? TJPF_GRAY : TJPF_RGB,
                    TJFLAG_ACCURATEDCT) != 0) {
    reject_jpeg(handle.get(), what);
  }
  return pixels.permute({2, 0, 1}).contiguous();
}

/// Of IHDR, which is the first chunk: width and height, big-endian.
PictureSize png_size(std::string_view bytes, std::string_view what) {
  constexpr size_t kWidth = 16;
  require(bytes.size() >= kWidth + 8 && bytes.substr(12, 4) == "IHDR",
          "{}: the PNG image has no header. Replace the file.", what);
  const auto number = [&](size_t at) {
    int64_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value * 256 + static_cast<unsigned char>(bytes[at + i]);
    return value;
  };
  const PictureSize size{number(kWidth + 4), number(kWidth)};
  require_pixel_count(size.height, size.width, what);
  return size;
}

bool is_png(std::string_view bytes) { return bytes.starts_with("\x89PNG\r\n\x1a\n"); }
bool is_jpeg(std::string_view bytes) { return bytes.starts_with("\xff\xd8\xff"); }

[[noreturn]] void reject_picture(std::string_view what) {
  reject("{} is neither a PNG nor a JPEG image (by its first bytes). Convert it, or take it out.", what);
}

Picture upright(Picture picture, int orientation) {
  picture.turned = orientation != 1;
  if (picture.turned) picture.pixels = turned(picture.pixels, orientation).contiguous();
  return picture;
}

constexpr std::array kRead{".png", ".jpg", ".jpeg"};
constexpr std::array kNotRead{".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".jp2", ".ppm", ".pgm"};

template <size_t count> bool ends_in_one_of(std::string_view name, const std::array<const char*, count>& endings) {
  const std::string small = in_small_letters(name);
  return std::any_of(endings.begin(), endings.end(), [&](const char* ending) { return small.ends_with(ending); });
}

}  // namespace

Picture decode_picture(std::string_view bytes, std::string_view what, uint8_t background) {
  if (is_png(bytes)) return upright(decode_png(bytes, what, background), png_orientation(bytes));
  if (is_jpeg(bytes)) return upright({decode_jpeg(bytes, what)}, jpeg_orientation(bytes));
  reject_picture(what);
}

PictureSize picture_size(std::string_view bytes, std::string_view what) {
  if (!is_png(bytes) && !is_jpeg(bytes)) reject_picture(what);
  const PictureSize size =
      is_png(bytes) ? png_size(bytes, what) : jpeg_header(JpegHandle(tjInitDecompress()), bytes, what).size;
  constexpr int kTransposed = 5;  // this orientation and those above it exchange the sides
  const int orientation = is_png(bytes) ? png_orientation(bytes) : jpeg_orientation(bytes);
  return orientation >= kTransposed ? PictureSize{size.width, size.height} : size;
}

Picture read_picture(const std::filesystem::path& path, uint8_t background) {
  return decode_picture(read_file(path, kImageFileLimit), fmt::format("'{}'", path.string()), background);
}

void require_pixel_count(int64_t height, int64_t width, std::string_view what) {
  require(
      height >= 1 && width >= 1 && height <= kImagePixelLimit / width,
      "{}: the image claims {} x {} pixels (at least 1 and at most {} in all are read). Cut it into parts, or make it "
      "smaller.",
      what, width, height, kImagePixelLimit);
}

Tensor decode_image(std::string_view bytes, std::string_view what) { return decode_picture(bytes, what).pixels; }

Tensor read_image(const std::filesystem::path& path) { return read_picture(path).pixels; }

Tensor on_background(const Tensor& pixels, uint8_t background) {
  const int64_t axis = pixels.dim() - 3;
  const int64_t channels = pixels.size(axis) - 1;
  const Tensor colours = pixels.narrow(axis, 0, channels);
  const Tensor opacity = pixels.narrow(axis, channels, 1);
  if (pixels.scalar_type() != at::kByte) return colours * opacity + (1 - opacity) * (background / 255.0);
  const Tensor wide = opacity.to(at::kInt);
  // Rounded: + 127 before the division by 255.
  return (colours.to(at::kInt) * wide + (255 - wide) * int64_t{background} + 127).div_(255, "floor").to(at::kByte);
}

bool is_image_name(std::string_view name) { return ends_in_one_of(name, kRead); }
bool is_other_picture_name(std::string_view name) { return ends_in_one_of(name, kNotRead); }

}  // namespace mdsm
