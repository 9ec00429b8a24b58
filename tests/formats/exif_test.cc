#include "mdsm/formats/exif.h"

#include <gtest/gtest.h>

#include "support/image_files.h"

namespace mdsm {
namespace {

TEST(PicturesExif, OrientationOfEitherByteOrder) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool big_endian : {false, true}) {
      EXPECT_EQ(tiff_orientation(testing::exif_frame(orientation, big_endian)), orientation);
    }
  }
  EXPECT_EQ(tiff_orientation(testing::exif_frame(9, true)), 1);
  EXPECT_EQ(tiff_orientation(""), 1);
  const std::string frame = testing::exif_frame(6, false);
  for (size_t size = 0; size < frame.size() - 4; ++size) EXPECT_EQ(tiff_orientation(frame.substr(0, size)), 1) << size;
}

// Behind other segments, and not in one of another kind.
TEST(PicturesExif, SegmentsAreWalkedThrough) {
  const std::string jpeg = testing::encode_jpeg(at::zeros({1, 8, 8}, at::kByte));
  EXPECT_EQ(jpeg_orientation(jpeg), 1);
  const std::string with = testing::jpeg_with_orientation(jpeg, 5, true);
  EXPECT_EQ(jpeg_orientation(with), 5);
  const std::string comment(
      "\xff\xfe\x00\x06"
      "abcd",
      8);
  EXPECT_EQ(jpeg_orientation(with.substr(0, 2) + comment + with.substr(2)), 5);
  EXPECT_EQ(jpeg_orientation(with.substr(0, 2) + "\xff" + with.substr(2)), 5) << "a byte that fills";
  std::string other = with;
  other[3] = '\xe2';
  EXPECT_EQ(jpeg_orientation(other), 1);
  EXPECT_EQ(jpeg_orientation(with.substr(0, 20)), 1);
}

TEST(PicturesExif, FourTurnsAreNone) {
  const Tensor image = at::arange(6, at::kLong).view({1, 2, 3});
  EXPECT_TRUE(at::equal(turned(turned(image, 6), 8), image));
  EXPECT_TRUE(at::equal(turned(turned(image, 3), 3), image));
  for (const int mirror : {2, 4, 5, 7}) EXPECT_TRUE(at::equal(turned(turned(image, mirror), mirror), image)) << mirror;
  EXPECT_EQ(turned(image, 6).sizes(), at::IntArrayRef({1, 3, 2}));
  EXPECT_EQ(turned(image, 6)[0][0][0].item<int64_t>(), 3) << "a quarter to the right: the left bottom comes first";
}

}  // namespace
}  // namespace mdsm
