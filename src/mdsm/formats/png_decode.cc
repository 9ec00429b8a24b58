#include "mdsm/formats/png_decode.h"

#include <png.h>

#include <bit>
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

/// Asks for grey or RGB of 8 bits, or of 16 in this machine's order, with opacity where the file has any. libpng takes memory
/// for a row here: after the size is checked.
bool choose_form(PngHandle& decoder, bool sixteen_bits) {
  png_structp png = decoder.png;
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_expand(png);
  if (!sixteen_bits) png_set_scale_16(png);
  else if (std::endian::native == std::endian::little) png_set_swap(png);
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

/// \throws Error unless the bytes could hold an image of this size
void require_size(int64_t height, int64_t width, size_t bytes, std::string_view what) {
  require_pixel_count(height, width, what);
  // A bit a pixel is the least that a file can hold before it is compressed.
  require(static_cast<size_t>(width * height) / 8 <= bytes * size_t{kMostDeflated},
          "{}: the PNG image claims {} x {} pixels, more than its {} bytes can hold. Replace the file or take it out.",
          what, width, height, bytes);
}

}  // namespace

PngPixels decode_png_pixels(std::string_view bytes, std::string_view what, bool keep_sixteen_bits) {
  PngHandle decoder(bytes);
  const auto reject_damaged = [&] {
    reject("{}: the PNG image cannot be decoded ({}). Replace the file or take it out.", what, decoder.complaint);
  };
  if (!read_header(decoder)) reject_damaged();
  const bool is_sixteen_bit = bytes.size() > kBitDepthAt && bytes[kBitDepthAt] == 16;
  const bool wide = is_sixteen_bit && keep_sixteen_bits;

  const auto width = static_cast<int64_t>(png_get_image_width(decoder.png, decoder.info));
  const auto height = static_cast<int64_t>(png_get_image_height(decoder.png, decoder.info));
  require_size(height, width, bytes.size(), what);
  if (!choose_form(decoder, wide)) reject_damaged();
  const auto channels = static_cast<int64_t>(png_get_channels(decoder.png, decoder.info));

  Tensor pixels = at::empty({height, width, channels}, wide ? at::kShort : at::kByte);
  std::vector<png_bytep> rows(static_cast<size_t>(height));
  const size_t stride = pixels.nbytes() / rows.size();
  for (size_t y = 0; y < rows.size(); ++y) rows[y] = static_cast<png_bytep>(pixels.data_ptr()) + y * stride;
  if (!read_pixels(decoder, rows.data())) reject_damaged();
  if (wide) pixels = pixels.to(at::kInt).bitwise_and(0xFFFF);
  return {pixels.permute({2, 0, 1}).contiguous(), channels == 2 || channels == 4, is_sixteen_bit};
}

Picture decode_png(std::string_view bytes, std::string_view what, uint8_t background) {
  const PngPixels read = decode_png_pixels(bytes, what, /*keep_sixteen_bits=*/false);
  Picture picture{.pixels = read.pixels, .sixteen_bit = read.sixteen_bit};
  if (!read.has_opacity) return picture;
  picture.transparent = read.pixels[-1].min().item<uint8_t>() < 255;
  picture.pixels = on_background(read.pixels, background);
  return picture;
}

}  // namespace mdsm
