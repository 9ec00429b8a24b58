#include "mdsm/formats/png_decode.h"

#include <png.h>

#include <csetjmp>

#include "mdsm/base/error.h"
#include "mdsm/formats/deflate.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/png_handle.h"

namespace mdsm {
namespace {

/// Where the bit depth stands: behind the signature (8 bytes), length and type (8), width and height (8).
constexpr size_t kBitDepthAt = 24;

// In the functions below nothing with a destructor is alive (png_handle.h). Each returns whether it got to its end.

/// Reads everything up to the pixels.
bool read_header(PngHandle& decoder) {
  if (setjmp(png_jmpbuf(decoder.png)) != 0) return false;
  png_set_user_limits(decoder.png, 0x7fffffff, 0x7fffffff);  // ours is on their product
  png_read_info(decoder.png, decoder.info);
  return true;
}

/// Asks for 8-bit grey or RGB, with opacity where the file has any. libpng takes memory for a row here: after the size is checked.
bool choose_form(PngHandle& decoder) {
  png_structp png = decoder.png;
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, decoder.info);
  return true;
}

bool read_pixels(PngHandle& decoder, png_bytepp rows) {
  if (setjmp(png_jmpbuf(decoder.png)) != 0) return false;
  png_read_image(decoder.png, rows);
  png_read_end(decoder.png, nullptr);
  return true;
}

}  // namespace

Picture decode_png(std::string_view bytes, std::string_view what, uint8_t background) {
  PngHandle decoder(bytes);
  const auto reject_damaged = [&] {
    reject("{}: the PNG image cannot be decoded ({}). Replace the file or take it out.", what, decoder.complaint);
  };
  if (!read_header(decoder)) reject_damaged();
  const bool is_sixteen_bit = bytes.size() > kBitDepthAt && bytes[kBitDepthAt] == 16;

  const auto width = static_cast<int64_t>(png_get_image_width(decoder.png, decoder.info));
  const auto height = static_cast<int64_t>(png_get_image_height(decoder.png, decoder.info));
  require(width * height <= kImagePixelLimit, "{}: the PNG image claims {} x {} pixels (at most {} are read).", what,
          width, height, kImagePixelLimit);
  // A bit a pixel is the least that a file can hold before it is compressed.
  require(static_cast<size_t>(width * height) / 8 <= bytes.size() * size_t{kMostDeflated},
          "{}: the PNG image claims {} x {} pixels, more than its {} bytes can hold. Replace the file or take it out.",
          what, width, height, bytes.size());
  if (!choose_form(decoder)) reject_damaged();
  const auto channels = static_cast<int64_t>(png_get_channels(decoder.png, decoder.info));

  Tensor pixels = at::empty({height, width, channels}, at::kByte);
  std::vector<png_bytep> rows(static_cast<size_t>(height));
  for (size_t y = 0; y < rows.size(); ++y) {
    rows[y] = pixels.data_ptr<uint8_t>() + static_cast<int64_t>(y) * width * channels;
  }
  if (!read_pixels(decoder, rows.data())) reject_damaged();
  Picture picture{.pixels = pixels.permute({2, 0, 1}).contiguous(), .sixteen_bit = is_sixteen_bit};
  const bool has_opacity = channels == 2 || channels == 4;
  if (!has_opacity) return picture;
  picture.transparent = picture.pixels[channels - 1].min().item<uint8_t>() < 255;
  picture.pixels = on_background(picture.pixels, background);
  return picture;
}

}  // namespace mdsm
