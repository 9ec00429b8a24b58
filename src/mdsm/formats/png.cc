#include "mdsm/formats/png.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <bit>
#include <csetjmp>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/png_handle.h"

namespace mdsm {
namespace {

/// How libpng is told of pixels.
struct PixelForm {
  int bits;
  int colour_type;
};

/// \return false after an error, which the handle keeps
bool write_image(PngHandle& writer, const std::vector<png_bytep>& rows, png_uint_32 width, const PixelForm& form,
                 const std::vector<png_text>& texts) {
  if (setjmp(png_jmpbuf(writer.png)) != 0) return false;
  png_set_IHDR(writer.png, writer.info, width, static_cast<png_uint_32>(rows.size()), form.bits, form.colour_type,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!texts.empty()) png_set_text(writer.png, writer.info, texts.data(), static_cast<int>(texts.size()));
  png_write_info(writer.png, writer.info);
  if (form.bits == 16 && std::endian::native == std::endian::little) png_set_swap(writer.png);
  png_write_image(writer.png, const_cast<png_bytepp>(rows.data()));
  png_write_end(writer.png, writer.info);
  return true;
}

/// \return false after an error, which the handle keeps
bool read_information(PngHandle& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_read_info(reader.png, reader.info);
  return true;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

void require_text(const std::string& key, const std::string& value) {
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
  const bool trimmed = !key.empty() && key.front() != ' ' && key.back() != ' ' && key.find("  ") == std::string::npos;
  require(printable && trimmed && key.size() <= 79,
          "png: '{}' cannot be the key of a text (1 to 79 printable ASCII characters, single spaces within). "
          "Choose another.",
          key);
  require(value.find('\0') == std::string::npos, "png: the text of '{}' holds a zero byte. Leave it out.", key);
}

/// Plain text chunks are Latin-1 by the specification of PNG.
std::string utf8_of_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x80) utf8.push_back(static_cast<char>(0xC0 | code >> 6));
    utf8.push_back(static_cast<char>(code >= 0x80 ? 0x80 | (code & 0x3F) : code));
  }
  return utf8;
}

/// As libpng wants them: plain chunks for ASCII, international ones for the rest of UTF-8.
std::vector<png_text> as_png_texts(const PngTexts& texts) {
  std::vector<png_text> list;
  for (const auto& [key, value] : texts) {
    require_text(key, value);
    png_text text{};
    text.compression = is_ascii(value) ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
    text.key = const_cast<png_charp>(key.c_str());
    text.text = const_cast<png_charp>(value.c_str());
    list.push_back(text);
  }
  return list;
}

}  // namespace

std::string encode_png(const Tensor& image, const PngTexts& texts) {
  constexpr std::array kColourTypes{PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                    PNG_COLOR_TYPE_RGB_ALPHA};  // of 1 to 4 channels
  const bool wide = image.scalar_type() == at::kInt;
  require(image.dim() == 3 && (wide || image.scalar_type() == at::kByte) && image.size(0) >= 1 && image.size(0) <= 4 &&
              image.size(1) >= 1 && image.size(2) >= 1,
          "encode_png: the image has shape {} and type {} (expected (1 to 4, H, W) of uint8 or int32).",
          to_text(image.sizes()), c10::toString(image.scalar_type()));
  Tensor pixels = image.cpu().permute({1, 2, 0});                 // (H, W, C)
  pixels = (wide ? pixels.to(at::kShort) : pixels).contiguous();  // the lower 16 bits
  std::vector<png_bytep> rows(static_cast<size_t>(pixels.size(0)));
  const size_t stride = pixels.nbytes() / rows.size();
  for (size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<png_bytep>(pixels.data_ptr()) + row * stride;

  const std::vector<png_text> list = as_png_texts(texts);
  const PixelForm form{wide ? 16 : 8, kColourTypes.at(static_cast<size_t>(image.size(0) - 1))};
  std::string bytes;
  PngHandle writer(&bytes);
  if (!write_image(writer, rows, static_cast<png_uint_32>(pixels.size(1)), form, list)) {
    fail("encode_png: libpng refuses an image of shape {} ({}).", to_text(image.sizes()), writer.complaint);
  }
  return bytes;
}

void write_png(const std::filesystem::path& path, const Tensor& image, const PngTexts& texts) {
  write_file_atomically(path, encode_png(image, texts));
}

PngTexts read_png_text(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  PngHandle reader(bytes);
  if (!read_information(reader)) reject("'{}' is no PNG file ({}). Give a PNG file.", path.string(), reader.complaint);
  png_textp list = nullptr;
  const int count = png_get_text(reader.png, reader.info, &list, nullptr);
  PngTexts texts;
  for (int i = 0; i < count; ++i) {
    const bool international = list[i].compression >= PNG_ITXT_COMPRESSION_NONE;
    texts[list[i].key] = international ? list[i].text : utf8_of_latin1(list[i].text);
  }
  return texts;
}

std::filesystem::path numbered_path(const std::filesystem::path& folder, int64_t index) {
  require(index >= 0, "numbered_path: index {} (expected 0 or more).", index);
  return folder / fmt::format("{:06d}", index - index % 1000) / fmt::format("{:06d}.png", index);
}

}  // namespace mdsm
