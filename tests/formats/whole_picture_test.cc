// Pictures that are written as they were read: bits, opacity, colour profile.
#include "mdsm/formats/whole_picture.h"

#include "support/expect_error.h"
#include "support/image_files.h"

namespace mdsm {
namespace {

using testing::encode_jpeg;
using testing::PngPicture;
using testing::TempDir;
using testing::write_bytes;

/// An ICC profile as far as a reader of headers can tell (ICC.1:2022, section 7.2).
std::string icc_profile(const std::string& space, size_t bytes) {
  std::string profile(bytes, '\0');
  for (size_t i = 128; i < bytes; ++i) profile[i] = static_cast<char>(i * i >> 7);  // not to be packed to nothing
  profile.replace(16, 4, space);
  profile.replace(36, 4, "acsp");
  return profile;
}

/// A JPEG file with the profile in segments of `part` bytes, the last one first.
std::string jpeg_with_profile(const std::string& jpeg, const std::string& profile, size_t part) {
  const size_t count = (profile.size() + part - 1) / part;
  std::string segments;
  for (size_t i = count; i-- > 0;) {
    const std::string content = std::string("ICC_PROFILE\0", 12) + static_cast<char>(i + 1) + static_cast<char>(count) +
                                profile.substr(i * part, part);
    segments += "\xff\xe2" + big_endian(static_cast<uint32_t>(content.size() + 2), 2) + content;
  }
  return jpeg.substr(0, 2) + segments + jpeg.substr(2);
}

std::string behind_header(const std::string& png, const std::string& chunks) {
  return png.substr(0, 33) + chunks + png.substr(33);
}

/// Rows of 16-bit numbers, (H, W, C) in the order of a PNG file.
std::string wide_rows(const Tensor& values) {
  std::string rows;
  for (const int value : std::vector<int>(values.data_ptr<int>(), values.data_ptr<int>() + values.numel()))
    rows += big_endian(static_cast<uint32_t>(value), 2);
  return rows;
}

std::string wide_png(int colour_type, int64_t channels, int64_t height, int64_t width) {
  const Tensor values = at::arange(height * width * channels, at::kInt).mul_(977).remainder_(65536);
  return testing::encode_png(PngPicture{.width = static_cast<uint32_t>(width),
                                        .height = static_cast<uint32_t>(height),
                                        .bit_depth = 16,
                                        .colour_type = colour_type,
                                        .rows = wide_rows(values),
                                        .palette = {},
                                        .palette_alpha = {}});
}

void expect_same(const WholePicture& a, const WholePicture& b) {
  EXPECT_TRUE(at::equal(a.colours, b.colours));
  EXPECT_EQ(a.form.bits, b.form.bits);
  ASSERT_EQ(a.form.opacity.defined(), b.form.opacity.defined());
  if (a.form.opacity.defined()) {
    EXPECT_TRUE(at::equal(a.form.opacity, b.form.opacity));
  }
  EXPECT_EQ(a.form.profile, b.form.profile);
}

WholePicture written(const WholePicture& picture) {
  const TempDir folder;
  write_picture(folder / "x.png", picture.colours, picture.form);
  return read_whole_picture(folder / "x.png");
}

TEST(WholePicture, SixteenBitsAreReadAndWritten) {
  for (const auto& [type, channels] : {std::pair{PNG_COLOR_TYPE_GRAY, 1},
                                       {PNG_COLOR_TYPE_GRAY_ALPHA, 2},
                                       {PNG_COLOR_TYPE_RGB, 3},
                                       {PNG_COLOR_TYPE_RGB_ALPHA, 4}}) {
    const WholePicture picture = decode_whole_picture(wide_png(type, channels, 60, 70), "x");
    EXPECT_EQ(picture.form.bits, 16);
    const bool opaque = channels % 2 == 1;
    EXPECT_EQ(picture.form.opacity.defined(), !opaque);
    EXPECT_EQ(picture.colours.size(0), opaque ? channels : channels - 1);
    // The second pixel's first channel; 977 is 3.8 of 255: 8 bits would round it.
    EXPECT_FLOAT_EQ(picture.colours[0][0][1].item<float>(), static_cast<float>(977 * channels) / 65535);
    expect_same(written(picture), picture);
  }
}

TEST(WholePicture, EightBitsStayAndColoursAreNotMixed) {
  const std::string png = testing::encode_png(PngPicture{.width = 2,
                                                         .height = 1,
                                                         .colour_type = PNG_COLOR_TYPE_RGB_ALPHA,
                                                         .rows = {"\x10\x20\x30\x00\x40\x50\x60\x80", 8},
                                                         .palette = {},
                                                         .palette_alpha = {}});
  const WholePicture picture = decode_whole_picture(png, "x");
  EXPECT_EQ(picture.form.bits, 8);
  EXPECT_FLOAT_EQ(picture.colours[0][0][0].item<float>(), 0x10 / 255.0F) << "below what is transparent";
  EXPECT_EQ(picture.form.opacity[0][0][1].item<int>(), 0x80);
  expect_same(written(picture), picture);
  EXPECT_EQ(decode_picture(png, "x").pixels[0][0][0].item<int>(), 255) << "data sets: mixed with white";
}

TEST(WholePicture, PalettesAndBitsBecomeEightBits) {
  const PngPicture palette{.width = 2,
                           .height = 1,
                           .colour_type = PNG_COLOR_TYPE_PALETTE,
                           .rows = {"\x01\x00", 2},
                           .palette = {{10, 20, 30}, {40, 50, 60}},
                           .palette_alpha = {7}};
  const WholePicture colours = decode_whole_picture(testing::encode_png(palette), "x");
  EXPECT_FLOAT_EQ(colours.colours[2][0][0].item<float>(), 60 / 255.0F);
  EXPECT_EQ(colours.form.opacity[0][0][1].item<int>(), 7);
  expect_same(written(colours), colours);
  const PngPicture bits{.width = 3, .height = 1, .bit_depth = 1, .rows = "\xa0", .palette = {}, .palette_alpha = {}};
  const WholePicture black_and_white = decode_whole_picture(testing::encode_png(bits), "x");
  EXPECT_TRUE(at::equal(black_and_white.colours.flatten(), at::tensor({1.0F, 0.0F, 1.0F})));
  EXPECT_EQ(black_and_white.form.bits, 8);
}

TEST(WholePicture, AProfileInSeveralSegmentsIsKept) {
  const std::string profile = icc_profile("RGB ", 3000);
  const std::string jpeg = encode_jpeg(at::full({3, 16, 16}, 99, at::kByte));
  const ColourProfile whole = jpeg_profile(jpeg_with_profile(jpeg, profile, 3000));
  ASSERT_FALSE(whole.icc.empty());
  EXPECT_EQ(whole.icc_channels, 3);
  EXPECT_EQ(jpeg_profile(jpeg_with_profile(jpeg, profile, 1100)), whole) << "three, in any order";
  EXPECT_EQ(png_profile(behind_header(testing::encode_png(at::zeros({3, 2, 2}, at::kByte)), whole.icc)), whole);
  const WholePicture picture = decode_whole_picture(jpeg_with_profile(jpeg, profile, 1100), "x");
  EXPECT_EQ(written(picture).form.profile, whole);
  // Of a profile in parts one is missing.
  const std::string lacking = jpeg_with_profile(jpeg, profile, 1100).erase(2, 2 + 2 + 14 + 800);
  EXPECT_EQ(jpeg_profile(lacking), ColourProfile{});
  EXPECT_TRUE(jpeg_profile(jpeg_with_profile(jpeg, icc_profile("CMYK", 500), 500)).icc.empty());
}

TEST(WholePicture, WhatAPngSaysOfItsColoursIsKept) {
  const std::string gamma = png_chunk("gAMA", big_endian(45455, 4)), srgb = png_chunk("sRGB", std::string(1, '\0'));
  const std::string png = testing::encode_png(at::full({1, 4, 4}, 9, at::kByte));
  const WholePicture picture = decode_whole_picture(behind_header(png, srgb + gamma), "x");
  EXPECT_EQ(picture.form.profile.chunks, srgb + gamma);
  expect_same(written(picture), picture);
  std::string damaged = gamma;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_TRUE(png_profile(behind_header(png, damaged)).chunks.empty()) << "its checksum is wrong";
}

TEST(WholePicture, AProfileOfOtherChannelsIsLeftOut) {
  const ColourProfile colour =
      jpeg_profile(jpeg_with_profile(encode_jpeg(at::zeros({3, 8, 8}, at::kByte)), icc_profile("RGB ", 400), 400));
  const std::string grey = testing::encode_png(at::zeros({1, 2, 2}, at::kByte));
  EXPECT_EQ(with_profile(grey, colour), grey);
  EXPECT_NE(with_profile(testing::encode_png(at::zeros({3, 2, 2}, at::kByte)), colour).find("iCCP"), std::string::npos);
}

TEST(WholePicture, IsTurnedWithItsOpacity) {
  const std::string png = wide_png(PNG_COLOR_TYPE_GRAY_ALPHA, 2, 3, 5);
  const WholePicture lying = decode_whole_picture(png, "x");
  const WholePicture upright = decode_whole_picture(testing::png_with_orientation(png, 6, true), "x");
  EXPECT_TRUE(upright.turned);
  EXPECT_EQ(upright.colours.sizes(), at::IntArrayRef({1, 5, 3}));
  EXPECT_TRUE(at::equal(upright.colours, lying.colours.transpose(1, 2).flip(2)));
  EXPECT_TRUE(at::equal(upright.form.opacity, lying.form.opacity.transpose(1, 2).flip(2)));
}

TEST(WholePicture, OpacityOfAnotherSizeIsRefused) {
  const TempDir folder;
  testing::expect_error(
      [&] {
        write_picture(folder / "x.png", at::zeros({1, 2, 2}), {.opacity = at::zeros({1, 2, 3}, at::kByte)});
      },
      "the sizes must be the same");
}

}  // namespace
}  // namespace mdsm
