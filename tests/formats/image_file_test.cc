#include "mdsm/formats/image_file.h"

#include "mdsm/system/memory.h"
#include "support/expect_error.h"
#include "support/make_image.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::encode_jpeg;
using testing::encode_png;
using testing::expect_error;
using testing::PngPicture;

/// (C, H, W) with every byte different from its neighbours.
Tensor pattern(int64_t channels, int64_t height, int64_t width) {
  return at::arange(channels * height * width, at::kLong)
      .mul(37)
      .remainder(256)
      .to(at::kByte)
      .view({channels, height, width});
}

Tensor bytes(std::vector<int64_t> values, at::IntArrayRef shape) {
  return at::tensor(values, at::kLong).to(at::kByte).view(shape);
}

TEST(ImageFile, PngKeepsEveryPixel) {
  for (int64_t channels : {1, 3}) {
    const Tensor image = pattern(channels, 5, 7);
    EXPECT_TRUE(at::equal(decode_image(encode_png(image), "x"), image));
  }
}

TEST(ImageFile, PngOfFewBitsIsStretchedToEight) {
  const auto decode = [](int depth, const std::string& rows) {
    return decode_image(
        encode_png(
            PngPicture{.width = 4, .height = 1, .bit_depth = depth, .rows = rows, .palette = {}, .palette_alpha = {}}),
        "x");
  };
  EXPECT_TRUE(at::equal(decode(1, "\xa0"), bytes({255, 0, 255, 0}, {1, 1, 4})));
  EXPECT_TRUE(at::equal(decode(2, "\x1b"), bytes({0, 85, 170, 255}, {1, 1, 4})));
  EXPECT_TRUE(at::equal(decode(4, "\x0f\x5a"), bytes({0, 255, 85, 170}, {1, 1, 4})));
}

// 0x807f / 257 = 127.99 and 0x0180 / 257 = 1.49: the high byte alone would give 128 and 1.
TEST(ImageFile, PngOfSixteenBitsIsRounded) {
  const std::string rows("\x80\x7f\x01\x80\xfe\xff\x00\x81", 8);
  const Tensor image =
      decode_image(encode_png(PngPicture{
                       .width = 4, .height = 1, .bit_depth = 16, .rows = rows, .palette = {}, .palette_alpha = {}}),
                   "x");
  EXPECT_TRUE(at::equal(image, bytes({128, 1, 254, 1}, {1, 1, 4})));
}

TEST(ImageFile, PngPaletteBecomesColours) {
  const PngPicture picture{.width = 3,
                           .height = 1,
                           .colour_type = PNG_COLOR_TYPE_PALETTE,
                           .rows = {"\x02\x00\x01", 3},
                           .palette = {{10, 20, 30}, {40, 50, 60}, {70, 80, 90}},
                           .palette_alpha = {0, 128}};
  EXPECT_TRUE(
      at::equal(decode_image(encode_png(picture), "x"), bytes({70, 255, 147, 80, 255, 152, 90, 255, 157}, {3, 1, 3})));
}

TEST(ImageFile, PngTransparencyIsMixedWithTheBackground) {
  const PngPicture grey{.width = 2,
                        .height = 1,
                        .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA,
                        .rows = {"\x09\x00\x08\xff", 4},
                        .palette = {},
                        .palette_alpha = {}};
  EXPECT_TRUE(at::equal(decode_image(encode_png(grey), "x"), bytes({255, 8}, {1, 1, 2})));
  EXPECT_TRUE(at::equal(decode_picture(encode_png(grey), "x", 7).pixels, bytes({7, 8}, {1, 1, 2})));
  const PngPicture colour{.width = 1,
                          .height = 1,
                          .colour_type = PNG_COLOR_TYPE_RGB_ALPHA,
                          .rows = {"\x01\x02\x03\x33", 4},
                          .palette = {},
                          .palette_alpha = {}};
  // 0x33 is a fifth: 0.2 c + 0.8 * 100, rounded.
  EXPECT_TRUE(at::equal(decode_picture(encode_png(colour), "x", 100).pixels, bytes({80, 80, 81}, {3, 1, 1})));
}

TEST(ImageFile, PngMayBeInterlaced) {
  const Tensor image = pattern(3, 9, 11);
  const PngPicture picture{.width = 11,
                           .height = 9,
                           .colour_type = PNG_COLOR_TYPE_RGB,
                           .interlace = PNG_INTERLACE_ADAM7,
                           .rows = testing::bytes_of(image.permute({1, 2, 0})),
                           .palette = {},
                           .palette_alpha = {}};
  EXPECT_TRUE(at::equal(decode_image(encode_png(picture), "x"), image));
}

// At quality 100 and without sub-sampling, what remains is rounding: a level or two.
TEST(ImageFile, JpegGreyAndColour) {
  const Tensor ramp = at::linspace(0, 255, 32 * 24, at::kFloat).to(at::kByte).view({1, 24, 32});
  const Tensor colour = at::cat({ramp, ramp.flip(2), at::full_like(ramp, 77)});
  for (const Tensor& image : {ramp, colour}) {
    const Tensor back = decode_image(encode_jpeg(image, 100), "x");
    ASSERT_EQ(back.sizes(), image.sizes());
    EXPECT_LE((back.to(at::kInt) - image.to(at::kInt)).abs().max().item<int>(), 3);
  }
}

TEST(ImageFile, DamagedBytesAreNamed) {
  const std::string png = encode_png(pattern(3, 16, 16));
  expect_error([&] { decode_image(png.substr(0, png.size() / 2), "'a.png'"); },
               "'a.png': the PNG image cannot be decoded (");
  expect_error([&] { decode_image(png.substr(0, 20), "x"); }, "cut short");
  std::string flipped = png;
  char& check_sum = flipped[png.find("IEND") - 5];
  check_sum = static_cast<char>(check_sum ^ 1);
  expect_error([&] { decode_image(flipped, "x"); }, "CRC");

  const std::string jpeg = encode_jpeg(pattern(3, 64, 64));
  expect_error([&] { decode_image(jpeg.substr(0, jpeg.size() / 2), "'a.jpg'"); },
               "'a.jpg': the JPEG image cannot be decoded (");
  expect_error([&] { decode_image(jpeg.substr(0, 30), "x"); }, "cannot be decoded");
  expect_error([] { decode_image("GIF89a", "'a.gif'"); }, "'a.gif' is neither a PNG nor a JPEG image");
  expect_error([] { decode_image("", "x"); }, "neither");
}

/// A PNG of one pixel whose header claims this size; its check sum is right.
std::string png_claiming(uint32_t width, uint32_t height) {
  std::string png = encode_png(pattern(1, 1, 1));
  for (size_t i = 0; i < 4; ++i) {
    png[16 + i] = static_cast<char>(width >> (24 - 8 * i));
    png[20 + i] = static_cast<char>(height >> (24 - 8 * i));
  }
  // CRC-32 of the chunk's name and data, bit by bit (PNG specification, annex D).
  uint32_t crc = 0xffffffff;
  for (size_t at = 12; at < 29; ++at) {
    crc ^= static_cast<unsigned char>(png[at]);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
  }
  crc = ~crc;
  for (size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<char>(crc >> (24 - 8 * i));
  return png;
}

TEST(ImageFile, ClaimedSizesAreCheckedBeforeAllocation) {
  expect_error([] { decode_image(png_claiming(1000000, 1000000), "x"); }, "claims 1000000 x 1000000 pixels");
  expect_error([] { decode_image(png_claiming(5000, 5000), "x"); }, "more than its 67 bytes can hold");
  // A row of two thousand million pixels: libpng took 8 GB and half a minute before anybody asked.
  reset_peak_resident_bytes();
  const int64_t before = peak_resident_bytes();
  expect_error([] { decode_image(png_claiming(0x7f000008, 8), "x"); }, "claims 2130706440 x 8 pixels");
  EXPECT_LT(peak_resident_bytes(), before + (int64_t{1} << 26));
  std::string jpeg = encode_jpeg(pattern(1, 8, 8));
  const size_t frame = jpeg.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  for (size_t i = 5; i < 9; ++i) jpeg[frame + i] = '\xee';
  expect_error([&] { decode_image(jpeg, "x"); }, "claims 61166 x 61166 pixels");
}

TEST(ImageFile, HundredMegapixelsAndFourInksSayWhatToDo) {
  expect_error([] { decode_image(png_claiming(10000, 10000), "x"); },
               "x: the image claims 10000 x 10000 pixels (at least 1 and at most 67108864 in all are read). Cut it");
  tjhandle handle = tjInitCompress();
  const Tensor inks = at::full({16, 16, 4}, 99, at::kByte);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  ASSERT_EQ(tjCompress2(handle, inks.data_ptr<uint8_t>(), 16, 0, 16, TJPF_CMYK, &data, &size, TJSAMP_444, 95, 0), 0);
  const std::string jpeg(reinterpret_cast<const char*>(data), size);
  tjFree(data);
  tjDestroy(handle);
  expect_error([&] { decode_image(jpeg, "x"); }, "four inks (CMYK)");
  expect_error([&] { picture_size(jpeg, "x"); }, "Convert it to RGB (GIMP");
}

TEST(ImageFile, ReadsAFile) {
  const testing::TempDir folder;
  const Tensor image = pattern(1, 2, 3);
  testing::write_bytes(folder / "a.png", encode_png(image));
  EXPECT_TRUE(at::equal(read_image(folder / "a.png"), image));
  testing::write_bytes(folder / "b.png", "nothing");
  expect_error([&] { read_image(folder / "b.png"); }, (folder / "b.png").string());
}

TEST(ImageFile, NamesOfImages) {
  for (const char* name : {"a.png", "a.PNG", "a.b.jpg", "a.Jpeg"}) EXPECT_TRUE(is_image_name(name)) << name;
  for (const char* name : {"a.gif", "png", "a.png.txt", "", "jpg"}) EXPECT_FALSE(is_image_name(name)) << name;
}

}  // namespace
}  // namespace mdsm
