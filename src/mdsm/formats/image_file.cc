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

constexpr int64_t kFileLimit = int64_t{1} << 28;
/// A block of 8 x 8 pixels takes one bit of a JPEG file at the least: the code of its mean.
constexpr size_t kMostPixelsPerByte = 512;

struct DestroyJpeg {
  void operator()(void* handle) const { tjDestroy(handle); }
};

[[noreturn]] void reject_jpeg(void* handle, std::string_view what) {
  reject("{}: the JPEG image cannot be decoded ({}). Replace the file or take it out.", what, tjGetErrorStr2(handle));
}

Tensor decode_jpeg(std::string_view bytes, std::string_view what) {
  const std::unique_ptr<void, DestroyJpeg> handle(tjInitDecompress());
  if (handle == nullptr) fail("libjpeg-turbo cannot start ({}).", tjGetErrorStr2(nullptr));
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0;
  int height = 0;
  int sampling = 0;
  int space = 0;
  if (tjDecompressHeader3(handle.get(), data, bytes.size(), &width, &height, &sampling, &space) != 0) {
    reject_jpeg(handle.get(), what);
  }
  require(space == TJCS_GRAY || space == TJCS_YCbCr || space == TJCS_RGB,
          "{}: the JPEG image has four inks (CMYK), not red, green and blue. Convert it to RGB.", what);
  require(int64_t{width} * height <= kImagePixelLimit,
          "{}: the JPEG image claims {} x {} pixels (at most {} are read).", what, width, height, kImagePixelLimit);
  require(static_cast<size_t>(width) * static_cast<size_t>(height) / kMostPixelsPerByte <= bytes.size(),
          "{}: the JPEG image claims {} x {} pixels, more than its {} bytes can hold. Replace the file or take it out.",
          what, width, height, bytes.size());
  const bool grey = space == TJCS_GRAY;
  Tensor pixels = at::empty({height, width, grey ? 1 : 3}, at::kByte);
  // A warning means missing or damaged data, which libjpeg would fill with grey.
  if (tjDecompress2(handle.get(), data, bytes.size(), pixels.data_ptr<uint8_t>(), width, 0, height,
                    grey ? TJPF_GRAY : TJPF_RGB, TJFLAG_ACCURATEDCT) != 0) {
    reject_jpeg(handle.get(), what);
  }
  return pixels.permute({2, 0, 1}).contiguous();
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
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
    return upright(decode_png(bytes, what, background), png_orientation(bytes));
  if (bytes.starts_with("\xff\xd8\xff")) return upright({decode_jpeg(bytes, what)}, jpeg_orientation(bytes));
  reject("{} is neither a PNG nor a JPEG image (by its first bytes). Convert it, or take it out.", what);
}

Picture read_picture(const std::filesystem::path& path, uint8_t background) {
  return decode_picture(read_file(path, kFileLimit), fmt::format("'{}'", path.string()), background);
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
