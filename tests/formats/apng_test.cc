#include "mdsm/formats/apng.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "mdsm/formats/image_file.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;

Tensor frames(int64_t count, int64_t channels) {
  return at::arange(count * channels * 5 * 7, at::kLong).remainder(256).to(at::kByte).view({count, channels, 5, 7});
}

int count_of(const std::string& bytes, const std::string& word) {
  int count = 0;
  for (size_t at = bytes.find(word); at != std::string::npos; at = bytes.find(word, at + 1)) ++count;
  return count;
}

/// A chunk of a file.
struct Chunk {
  std::string type;
  std::string data;
  std::string whole;
};

uint32_t number_at(const std::string& bytes, size_t at) {
  uint32_t number = 0;
  for (size_t i = at; i < at + 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

std::vector<Chunk> chunks_of(const std::string& bytes) {
  std::vector<Chunk> chunks;
  for (size_t at = 8; at < bytes.size();) {
    const size_t length = number_at(bytes, at);
    chunks.push_back({bytes.substr(at + 4, 4), bytes.substr(at + 8, length), bytes.substr(at, length + 12)});
    at += length + 12;
  }
  return chunks;
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  std::string bytes;
  const auto append = [&](uint64_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift & 0xFF));
  };
  append(data.size());
  bytes += body;
  append(crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
  return bytes;
}

// Each frame's data, put into a plain PNG file, are that frame; chunks are numbered 0, 1, ... in the file's order.
TEST(Apng, EveryFrameIsAPicture) {
  const Tensor all = frames(3, 3);
  const std::string bytes = encode_apng(all, {}, {.frame_ms = 70, .last_ms = 900});
  std::vector<std::string> packed;
  std::string header;
  uint32_t number = 0;
  for (const Chunk& each : chunks_of(bytes)) {
    EXPECT_EQ(chunk(each.type, each.data), each.whole) << each.type;  // the checksum
    if (each.type == "IHDR") header = each.whole;
    if (each.type == "acTL") {
      EXPECT_EQ(number_at(each.data, 0), 3U);
    }
    if (each.type == "fcTL") {
      EXPECT_EQ(number_at(each.data, 0), number++);
      EXPECT_EQ(number_at(each.data, 4), 7U);
      EXPECT_EQ(number_at(each.data, 8), 5U);
      const int delay = static_cast<unsigned char>(each.data[20]) << 8 | static_cast<unsigned char>(each.data[21]);
      packed.emplace_back();
      EXPECT_EQ(delay, packed.size() == 3 ? 900 : 70);
    }
    if (each.type == "IDAT") packed.back() += each.data;
    if (each.type == "fdAT") {
      EXPECT_EQ(number_at(each.data, 0), number++);
      packed.back() += each.data.substr(4);
    }
  }
  ASSERT_EQ(packed.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    const std::string png = bytes.substr(0, 8) + header + chunk("IDAT", packed[i]) + chunk("IEND", "");
    EXPECT_TRUE(at::equal(decode_image(png, "frame"), all[static_cast<int64_t>(i)])) << i;
  }
}

TEST(Apng, ItsFirstFrameIsAPlainPicture) {
  const testing::TempDir folder;
  for (const int64_t channels : {1, 3}) {
    write_apng(folder / "a.png", frames(4, channels), {{"seed", "3"}});
    const std::string bytes = testing::read_bytes(folder / "a.png");
    EXPECT_EQ(count_of(bytes, "acTL"), 1);
    EXPECT_EQ(count_of(bytes, "fcTL"), 4);
    EXPECT_GE(count_of(bytes, "fdAT"), 3);
    EXPECT_EQ(count_of(bytes, "IEND"), 1);
    EXPECT_EQ(read_png_text(folder / "a.png").at("seed"), "3");
    const Tensor first = read_image(folder / "a.png");
    EXPECT_TRUE(at::equal(first, frames(4, channels)[0]));
  }
}

TEST(Apng, WrongFramesAreErrors) {
  expect_error([] { encode_apng(frames(1, 1)[0]); }, "frames of shape (1, 5, 7)");
  expect_error([] { encode_apng(frames(2, 1), {}, {.frame_ms = 0}); }, "a frame of 0 ms");
}

}  // namespace
}  // namespace mdsm
