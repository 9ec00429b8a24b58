#pragma once

#include <ATen/ATen.h>
#include <png.h>
#include <turbojpeg.h>

#include <cstdint>
#include <string>
#include <vector>

namespace mdsm::testing {

/// What goes into a PNG file, in libpng's terms.
struct PngPicture {
  uint32_t width = 0;
  uint32_t height = 0;
  int bit_depth = 8;
  int colour_type = PNG_COLOR_TYPE_GRAY;
  int interlace = PNG_INTERLACE_NONE;
  std::string rows;  ///< packed as the file has them
  std::vector<png_color> palette;
  std::vector<png_byte> palette_alpha;
};

/// The bytes of a PNG file.
inline std::string encode_png(const PngPicture& picture) {
  std::string bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp self, png_bytep data, size_t count) {
        static_cast<std::string*>(png_get_io_ptr(self))->append(reinterpret_cast<const char*>(data), count);
      },
      nullptr);
  png_set_IHDR(png, info, picture.width, picture.height, picture.bit_depth, picture.colour_type, picture.interlace,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!picture.palette.empty())
    png_set_PLTE(png, info, picture.palette.data(), static_cast<int>(picture.palette.size()));
  if (!picture.palette_alpha.empty()) {
    png_set_tRNS(png, info, picture.palette_alpha.data(), static_cast<int>(picture.palette_alpha.size()), nullptr);
  }
  png_write_info(png, info);
  const size_t row_bytes = png_get_rowbytes(png, info);
  std::string rows = picture.rows;
  std::vector<png_bytep> starts;
  for (size_t y = 0; y < picture.height; ++y)
    starts.push_back(reinterpret_cast<png_bytep>(rows.data() + y * row_bytes));
  png_write_image(png, starts.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

inline std::string bytes_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {static_cast<const char*>(dense.const_data_ptr()), dense.nbytes()};
}

/// 8-bit PNG of a (1, H, W) or (3, H, W) uint8 tensor.
inline std::string encode_png(const at::Tensor& image) {
  return encode_png(PngPicture{.width = static_cast<uint32_t>(image.size(2)),
                               .height = static_cast<uint32_t>(image.size(1)),
                               .colour_type = image.size(0) == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                               .rows = bytes_of(image.permute({1, 2, 0})),
                               .palette = {},
                               .palette_alpha = {}});
}

/// JPEG of a (1, H, W) or (3, H, W) uint8 tensor, colours not sub-sampled.
inline std::string encode_jpeg(const at::Tensor& image, int quality = 95) {
  const at::Tensor rows = image.permute({1, 2, 0}).contiguous();
  const bool grey = image.size(0) == 1;
  tjhandle handle = tjInitCompress();
  unsigned char* data = nullptr;
  unsigned long size = 0;
  tjCompress2(handle, rows.data_ptr<uint8_t>(), static_cast<int>(rows.size(1)), 0, static_cast<int>(rows.size(0)),
              grey ? TJPF_GRAY : TJPF_RGB, &data, &size, grey ? TJSAMP_GRAY : TJSAMP_444, quality, 0);
  std::string bytes(reinterpret_cast<const char*>(data), size);
  tjFree(data);
  tjDestroy(handle);
  return bytes;
}

}  // namespace mdsm::testing
