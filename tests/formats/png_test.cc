#include "mdsm/formats/png.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "mdsm/base/rng.h"
#include "mdsm/formats/file.h"
#include "support/expect_error.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;
using testing::write_bytes;

/// What Python makes of a PNG file, by a decoder of its own.
nlohmann::json decoded(const std::filesystem::path& path) {
  const std::string command =
      fmt::format("python3 '{}/tests/formats/png_peer.py' '{}'", MDSM_SOURCE_DIR, path.string());
  FILE* pipe = popen(command.c_str(), "r");
  std::string output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output.push_back(static_cast<char>(c));
  EXPECT_EQ(pclose(pipe), 0) << output;
  return nlohmann::json::parse(output);
}

Tensor random_image(int64_t channels, int64_t height, int64_t width) {
  return (RandomRows::slots(3, Stream::data, 0, channels).uniform(0, {height, width}) * 256).to(at::kByte);
}

/// (C, H, W) from the decoder's row by row, channel by channel.
Tensor pixels_of(const nlohmann::json& image) {
  const auto pixels = image["pixels"].get<std::vector<uint8_t>>();
  const Shape shape{image["height"], image["width"], image["channels"]};
  return at::tensor(at::ArrayRef<uint8_t>(pixels), at::kByte).view(shape).permute({2, 0, 1});
}

TEST(Png, GreyAndColourPixels) {
  const TempDir folder;
  for (int64_t channels : {1, 3}) {
    // Smooth on one side and noise on the other: every row filter of libpng is used.
    Tensor image = random_image(channels, 40, 23);
    image.narrow(2, 0, 12).copy_(at::arange(40, at::kByte).view({1, 40, 1}) * 5);
    write_png(folder / "x.png", image);
    EXPECT_EQ(read_bytes(folder / "x.png"), encode_png(image));
    EXPECT_TRUE(at::equal(pixels_of(decoded(folder / "x.png")), image)) << channels;
  }
}

TEST(Png, ImagesThatAreViews) {
  const TempDir folder;
  const Tensor image = random_image(3, 9, 8).flip(0).narrow(1, 2, 5).transpose(1, 2);
  write_png(folder / "x.png", image);
  EXPECT_TRUE(at::equal(pixels_of(decoded(folder / "x.png")), image));
}

TEST(Png, TextsComeBack) {
  const TempDir folder;
  const PngTexts texts{{"seed", "17"},
                       {"run", "runs/00000-mnist, dep\xc3\xb4t"},
                       {"sampler", "ancestral\nsteps = 50"},
                       {"empty", ""},
                       {"long", std::string(5000, 'x')}};
  write_png(folder / "x.png", random_image(1, 4, 4), texts);
  EXPECT_EQ(read_png_text(folder / "x.png"), texts);
  EXPECT_EQ(decoded(folder / "x.png")["texts"].get<PngTexts>(), texts);
  write_png(folder / "x.png", random_image(1, 4, 4));
  EXPECT_TRUE(read_png_text(folder / "x.png").empty());
}

// tEXt chunks of other programs are Latin-1; the CRC was computed with Python's zlib.crc32.
TEST(Png, ForeignTextsBecomeUtf8) {
  const TempDir folder;
  std::string bytes = encode_png(random_image(1, 2, 2));
  bytes.insert(bytes.find("IDAT") - 4, std::string("\0\0\0\x0btEXtAuthor\0Ren\xe9", 19) + "\x75\x6f\x98\xd6");
  write_bytes(folder / "x.png", bytes);
  EXPECT_EQ(read_png_text(folder / "x.png"), (PngTexts{{"Author", "Ren\xc3\xa9"}}));
}

TEST(Png, ImagesThatAreNone) {
  const auto zeros = [](const Shape& shape, at::ScalarType type = at::kByte) { return at::zeros(shape, type); };
  expect_error([&] { encode_png(zeros({5, 4, 4})); }, "shape (5, 4, 4)");
  expect_error([&] { encode_png(zeros({4, 4})); }, "shape (4, 4)");
  expect_error([&] { encode_png(zeros({1, 0, 4})); }, "shape (1, 0, 4)");
  expect_error([&] { encode_png(zeros({1, 4, 0})); }, "shape (1, 4, 0)");
  expect_error([&] { encode_png(zeros({1, 4, 4}, at::kFloat)); }, "type Float");
  expect_error([&] { encode_png(zeros({1, 1, 2'000'000})); }, "libpng refuses", Fault::failure);
}

TEST(Png, TextsThatAreNone) {
  const Tensor image = random_image(1, 2, 2);
  const std::vector<std::string> keys{"", " seed", "seed ", "a  b", "\xc3\xa9", "a\nb", std::string(80, 'k')};
  for (const std::string& key : keys) {
    expect_error([&] { encode_png(image, {{key, "x"}}); }, "cannot be the key");
  }
  EXPECT_NO_THROW(encode_png(image, {{std::string(79, 'k'), "x"}, {"two words", "x"}}));
  expect_error([&] { encode_png(image, {{"seed", std::string("1\0002", 3)}}); }, "zero byte");
}

TEST(Png, FilesThatAreNone) {
  const TempDir folder;
  write_bytes(folder / "x.png", "no picture, but a text of some length");
  expect_error([&] { read_png_text(folder / "x.png"); }, "is no PNG file");
  expect_error([&] { read_png_text(folder / "y.png"); }, "Did you mean 'x.png'?");
  const std::string bytes = encode_png(random_image(3, 3, 3), {{"seed", "1"}});
  const size_t pixels = bytes.find("IDAT") + 4;
  for (size_t size = 0; size < pixels; ++size) {
    write_bytes(folder / "x.png", bytes.substr(0, size));
    expect_error([&] { read_png_text(folder / "x.png"); }, "is no PNG file (the file is cut short)");
  }
}

TEST(Png, NumberedPaths) {
  EXPECT_EQ(numbered_path("out", 0), "out/000000/000000.png");
  EXPECT_EQ(numbered_path("out", 999), "out/000000/000999.png");
  EXPECT_EQ(numbered_path("out", 51234), "out/051000/051234.png");
  EXPECT_EQ(numbered_path("out", 1234567), "out/1234000/1234567.png");
  expect_error([] { numbered_path("out", -1); }, "index -1");
}

}  // namespace
}  // namespace mdsm
