// Pictures as people have them, over folders, archives and single files: what becomes of them, and what is said of it.
#include <gmock/gmock.h>

#include "mdsm/data/load.h"
#include "mdsm/data/transform.h"
#include "support/expect_error.h"
#include "support/image_files.h"

namespace mdsm {
namespace {

using testing::encode_jpeg;
using testing::encode_png;
using testing::expect_error;
using testing::for_each_form;
using testing::grey_png;
using ::testing::HasSubstr;
using testing::PngPicture;
using testing::TempDir;

DataOptions options_of(const std::string& path) {
  DataOptions options;
  options.name = path;
  return options;
}

Tensor all_of(const Source& source) {
  std::vector<int64_t> places;
  for (int64_t i = 0; i < source.size(); ++i) places.push_back(i);
  return source.read(places);
}

std::string notes_of(const Source& source) { return fmt::format("{}", fmt::join(source.info().notes, "\n")); }

/// The picture that a viewer shows for stored pixels (H, W), pixel by pixel: where row 0 and column 0 of what is stored
/// lie (Exif 2.32, table of the tag Orientation).
Tensor as_shown(const Tensor& stored, int orientation) {
  const int64_t h = stored.size(0), w = stored.size(1);
  Tensor shown = orientation < 5 ? at::empty({h, w}, at::kByte) : at::empty({w, h}, at::kByte);
  for (int64_t row = 0; row < h; ++row) {
    for (int64_t column = 0; column < w; ++column) {
      // 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
      const bool row_is_last = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
      const bool column_is_last = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
      const int64_t along_rows = row_is_last ? h - 1 - row : row;
      const int64_t along_columns = column_is_last ? w - 1 - column : column;
      if (orientation < 5) shown[along_rows][along_columns] = stored[row][column];
      else shown[along_columns][along_rows] = stored[row][column];
    }
  }
  return shown;
}

void expect_turned(const testing::PackedFile& file, const Tensor& expected, bool is_noted) {
  for_each_form({file}, [&](const std::string& path) {
    const auto source = load_source(options_of(path), Split::train);
    const Tensor image = all_of(*source)[0][0].mul(255).round().to(at::kInt);
    ASSERT_EQ(image.sizes(), expected.sizes()) << file.name;
    EXPECT_LE((image - expected.to(at::kInt)).abs().max().item<int>(), 3) << file.name << " " << path;
    EXPECT_EQ(notes_of(*source).find("EXIF orientation") != std::string::npos, is_noted) << file.name;
  });
}

TEST(Pictures, AreTurnedAsViewersShowThem) {
  const Tensor stored = at::tensor({0, 60, 120, 180, 240, 255}, at::kLong).to(at::kByte).view({2, 3});
  const Tensor large = stored.repeat_interleave(16, 0).repeat_interleave(16, 1);  // whole blocks of JPEG
  for (int orientation = 0; orientation <= 9; ++orientation) {
    for (const bool big_endian : {false, true}) {
      const int known = orientation >= 1 && orientation <= 8 ? orientation : 1;
      const Tensor expected = as_shown(large, known);
      const std::string png = testing::png_with_orientation(encode_png(large.unsqueeze(0)), orientation, big_endian);
      const std::string jpeg =
          testing::jpeg_with_orientation(encode_jpeg(large.unsqueeze(0), 100), orientation, big_endian);
      expect_turned({"a.png", png}, expected, known != 1);
      expect_turned({"a.jpg", jpeg}, expected, known != 1);
    }
  }
}

TEST(Pictures, DamagedExifIsNone) {
  const std::string jpeg = encode_jpeg(at::zeros({1, 8, 16}, at::kByte), 100);
  const std::string whole = testing::jpeg_with_orientation(jpeg, 6, true);
  EXPECT_EQ(decode_image(whole, "x").sizes(), (Shape{1, 16, 8}));
  for (size_t at = 12; at < 30; ++at) {  // any byte of the frame
    std::string damaged = whole;
    damaged[at] = '\xff';
    const Tensor image = decode_image(damaged, "x");
    EXPECT_EQ(image.numel(), 128) << at;
  }
}

/// Hidden colour under opacity 0, half opacity, full opacity.
std::vector<testing::PackedFile> transparent_files() {
  const std::string hidden("\x0a\xc8\x1e\x00\x0a\xc8\x1e\x80\x0a\xc8\x1e\xff", 12);
  const PngPicture rgba{.width = 3,
                        .height = 1,
                        .colour_type = PNG_COLOR_TYPE_RGB_ALPHA,
                        .rows = hidden,
                        .palette = {},
                        .palette_alpha = {}};
  const PngPicture palette{.width = 3,
                           .height = 1,
                           .colour_type = PNG_COLOR_TYPE_PALETTE,
                           .rows = {"\x00\x01\x02", 3},
                           .palette = {{10, 200, 30}, {10, 200, 30}, {10, 200, 30}},
                           .palette_alpha = {0, 128}};
  return {{"a.png", encode_png(rgba)}, {"b.png", encode_png(palette)}};
}

TEST(Pictures, TransparentPixelsAreMixedWithTheBackground) {
  for_each_form(transparent_files(), [](const std::string& path) {
    for (const int64_t background : {255, 0, 90}) {
      DataOptions options = options_of(path);
      options.background = background;
      const auto source = load_source(options, Split::train);
      const Tensor images = all_of(*source).mul(255).round().to(at::kLong);
      for (int64_t channel = 0; channel < 3; ++channel) {
        const int64_t colour = std::vector<int64_t>{10, 200, 30}[static_cast<size_t>(channel)];
        const int64_t half =
            std::lround((static_cast<double>(colour) * 128 + static_cast<double>(background) * 127) / 255);
        for (int64_t image = 0; image < 2; ++image) {
          EXPECT_EQ(images[image][channel][0][0].item<int64_t>(), background) << path;
          EXPECT_EQ(images[image][channel][0][1].item<int64_t>(), half) << path;
          EXPECT_EQ(images[image][channel][0][2].item<int64_t>(), colour) << path;
        }
      }
      EXPECT_THAT(notes_of(*source),
                  HasSubstr(fmt::format(
                      "2 of 2 images have transparent pixels, which were mixed with the background {}", background)));
    }
  });
}

/// A white disc in the middle of a black picture.
Tensor disc(int64_t height, int64_t width) {
  const Tensor y = at::arange(height) - (static_cast<double>(height) - 1) / 2;
  const Tensor x = at::arange(width) - (static_cast<double>(width) - 1) / 2;
  const double radius = static_cast<double>(std::min(height, width)) * 0.4;
  return ((y.square().unsqueeze(1) + x.square()) < radius * radius).to(at::kByte).mul(255).unsqueeze(0);
}

TEST(Pictures, ACircleStaysACircleUnlessSquashed) {
  for (const auto& [height, width] : std::vector<std::pair<int64_t, int64_t>>{{96, 48}, {40, 100}}) {
    for_each_form(
        {{"a.png", encode_png(disc(height, width))}, {"b.png", encode_png(disc(48, 48))}}, [](const std::string& path) {
          DataOptions options = options_of(path);
          options.image_size = 32;
          const auto extents = [](const Tensor& image) {
            const Tensor inside = image[0] > 0.5;
            return std::pair{inside.any(1).sum().item<int64_t>(), inside.any(0).sum().item<int64_t>()};
          };
          const auto cropped = load_source(options, Split::train);
          const auto [high, wide] = extents(all_of(*cropped)[0]);
          EXPECT_EQ(high, wide) << path;
          EXPECT_THAT(notes_of(*cropped), HasSubstr("1 of 2 images are not square: the square in their middle"));
          options.fit = "squash";
          const auto squashed = load_source(options, Split::train);
          const auto [high2, wide2] = extents(all_of(*squashed)[0]);
          EXPECT_GT(std::abs(high2 - wide2), 4) << path;
          EXPECT_THAT(notes_of(*squashed), HasSubstr("scaled apart"));
        });
  }
}

TEST(Pictures, SixteenBitsAreRounded) {
  const std::string rows("\x80\x7f\x01\x80\xfe\xff\x00\x81", 8);
  const std::string png = encode_png(
      PngPicture{.width = 4, .height = 1, .bit_depth = 16, .rows = rows, .palette = {}, .palette_alpha = {}});
  for_each_form({{"a.png", png}}, [](const std::string& path) {
    const auto source = load_source(options_of(path), Split::train);
    EXPECT_TRUE(
        at::equal(all_of(*source).mul(255).round().to(at::kLong).flatten(), at::tensor({128, 1, 254, 1}, at::kLong)));
    EXPECT_THAT(notes_of(*source), HasSubstr("16 bits a channel"));
  });
}

TEST(Pictures, GreyAmongColourIsToldWhatToSet) {
  const std::string colour = encode_png(at::full({3, 4, 4}, 7, at::kByte));
  for_each_form({{"a.png", colour}, {"b.png", grey_png(9)}}, [](const std::string& path) {
    try {
      load_source(options_of(path), Split::train);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("Set data.channels to 3"));
      EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("image_size"))) << "the sizes are equal";
    }
    DataOptions options = options_of(path);
    options.channels = 3;
    EXPECT_EQ(load_source(options, Split::train)->info().datum_shape, (Shape{3, 4, 4}));
  });
  for_each_form({{"a.png", colour}, {"b.png", grey_png(9, 6)}}, [](const std::string& path) {
    expect_error([&] { load_source(options_of(path), Split::train); },
                 "Set data.image_size to bring them to one size, and data.channels");
  });
}

TEST(Pictures, UnreadableFilesAreLeftOutWhereToldSo) {
  std::vector<testing::PackedFile> files{{"cat/bad.png", "nothing"}, {"dog/cut.png", grey_png(7).substr(0, 40)}};
  for (int i = 0; i < 300; ++i)
    files.push_back({fmt::format("{}/{:03}.png", i % 2 == 0 ? "cat" : "dog", i), grey_png(i % 256)});
  for_each_form(files, [](const std::string& path) {
    expect_error([&] { load_source(options_of(path), Split::train); }, "set data.skip_unreadable to true");
    DataOptions options = options_of(path);
    options.skip_unreadable = true;
    const auto source = load_source(options, Split::train);
    ASSERT_EQ(source->size(), 300);
    EXPECT_THAT(notes_of(*source), HasSubstr("2 of 302 images cannot be read and are left out"));
    EXPECT_THAT(notes_of(*source), HasSubstr("cat/bad.png"));
    EXPECT_THAT(notes_of(*source), HasSubstr("dog/cut.png"));
    const Tensor levels = all_of(*source).flatten(1).select(1, 0).mul(255).round().to(at::kLong);
    for (int64_t i = 0; i < 300; ++i) {
      const int64_t number = i < 150 ? 2 * i : 2 * (i - 150) + 1;
      ASSERT_EQ(levels[i].item<int64_t>(), number % 256) << i;
      ASSERT_EQ(source->labels(std::vector<int64_t>{i}).item<int64_t>(), i < 150 ? 0 : 1) << i;
    }
  });
  for_each_form({{"a.png", "x"}}, [](const std::string& path) {
    DataOptions options = options_of(path);
    options.skip_unreadable = true;
    expect_error([&] { load_source(options, Split::train); }, "none of its 1 images can be read");
  });
}

TEST(Pictures, OtherKindsAreCounted) {
  for_each_form({{"a.png", grey_png(3)}, {"b.webp", "x"}, {"c.GIF", "x"}}, [](const std::string& path) {
    EXPECT_THAT(notes_of(*load_source(options_of(path), Split::train)),
                HasSubstr("2 pictures of kinds that are not read (.gif, .webp)"));
  });
  for_each_form({{"b.webp", "x"}}, [](const std::string& path) {
    expect_error([&] { load_source(options_of(path), Split::train); }, ".webp");
  });
}

TEST(Pictures, FloatsAreResizedLikeBytes) {
  const Tensor bytes = at::arange(3 * 12 * 16).mul(7).remainder(256).view({3, 12, 16});
  const Tensor as_bytes = bytes.to(at::kByte), as_floats = bytes.to(at::kFloat) / 255;
  for (const bool squash : {false, true}) {
    for (const int64_t channels : {0, 1, 3}) {
      const PrepareImage prepare =
          preparation({.crop = squash ? 0 : 12, .image_size = 6, .squash = squash, .channels = channels, .pad_to = 8});
      const Tensor a = prepare(as_bytes).to(at::kFloat) / 255, b = prepare(as_floats);
      ASSERT_EQ(b.sizes(), a.sizes());
      EXPECT_LT((a - b).abs().max().item<float>(), 1.01F / 255) << channels;
    }
  }
}

}  // namespace
}  // namespace mdsm
