#include "mdsm/formats/png_chunks.h"

#include <gtest/gtest.h>

#include "mdsm/formats/png.h"

namespace mdsm {
namespace {

std::string types_of(std::string_view png) {
  std::string types;
  for_each_png_chunk(png, [&](const PngChunk& chunk) { types += std::string(chunk.type) + " "; });
  return types;
}

TEST(PngChunks, OfAFileThatWasEncoded) {
  const std::string png = mdsm::encode_png(at::zeros({1, 3, 5}, at::kByte), {{"seed", "7"}});
  EXPECT_EQ(types_of(png), "IHDR tEXt IDAT IEND ");
  std::string again = png.substr(0, kPngSignature);
  for_each_png_chunk(png, [&](const PngChunk& chunk) {
    EXPECT_EQ(png_chunk(chunk.type, chunk.data), chunk.whole);  // checksums too
    again += chunk.whole;
  });
  EXPECT_EQ(again, png);
}

TEST(PngChunks, BytesThatAreCutEndTheWalk) {
  const std::string png = mdsm::encode_png(at::zeros({1, 3, 5}, at::kByte));
  for (size_t size = 0; size < png.size(); ++size) {
    EXPECT_EQ(types_of(png.substr(0, size)).find("IEND"), std::string::npos) << size;
    for_each_png_chunk(png.substr(0, size), [](const PngChunk& chunk) {
      ASSERT_EQ(chunk.whole.size(), chunk.data.size() + 12);  // length, type, checksum
    });
  }
  // A length of nearly 2^32 does not lead around the end.
  EXPECT_EQ(types_of(std::string(kPngSignature, 'x') + "\xFF\xFF\xFF\xFFIHDR....."), "");
}

TEST(PngChunks, Size) {
  const PngSize size = png_size(mdsm::encode_png(at::zeros({3, 300, 70000}, at::kByte)));
  EXPECT_EQ(size.width, 70000U);
  EXPECT_EQ(size.height, 300U);
  EXPECT_EQ(png_size("").width, 0U);
  EXPECT_EQ(png_size("\x89PNG\r\n\x1a\n").height, 0U);
}

}  // namespace
}  // namespace mdsm
