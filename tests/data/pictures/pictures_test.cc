#include "mdsm/data/pictures/pictures.h"

#include <gtest/gtest.h>

#include <atomic>

#include "support/expect_error.h"
#include "support/image_files.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::grey_png;
using testing::PackedFile;
using testing::TempDir;

/// Pictures 0 .. count - 1, picture i of grey level i and i + 4 pixels a side.
std::vector<PackedFile> pictures(int count) {
  std::vector<PackedFile> files;
  for (int i = 0; i < count; ++i) files.push_back({fmt::format("{:02}.png", i), grey_png(i, i + 4)});
  return files;
}

PictureFiles files_in(const std::string& where, const std::vector<PackedFile>& files) {
  std::vector<std::string> paths;
  for (const PackedFile& file : files) paths.push_back(file.name);
  return {where, paths};
}

TEST(PicturesOfAnySize, AreReadFromFoldersAndArchives) {
  const std::vector<PackedFile> files = pictures(5);
  testing::for_each_form(files, [&](const std::string& where) {
    const Pictures all(files_in(where, files), {});
    ASSERT_EQ(all.size(), 5);
    EXPECT_EQ(all.channels(), 1);
    for (const int64_t i : {3, 0, 4, 3}) {
      EXPECT_EQ(all.size_of(i), (PictureSize{i + 4, i + 4}));
      EXPECT_TRUE(at::equal(all.read(i), at::full({1, i + 4, i + 4}, i, at::kByte)));
    }
  });
}

TEST(PicturesOfAnySize, AreRightWhenFewFitAndManyAsk) {
  const TempDir folder;
  const std::vector<PackedFile> files = pictures(20);
  testing::unpack(folder.path(), files);
  const Pictures all(files_in(folder.path(), files), {.channels = 3, .cache_bytes = 2000});  // about three of them
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (int64_t reader = 0; reader < 4; ++reader) {
    readers.emplace_back([&, reader] {
      for (int64_t turn = 0; turn < 100; ++turn) {
        const int64_t i = (turn * (7 + 2 * reader) + reader) % 20;
        all.will_read(std::vector<int64_t>{(i + 3) % 20, (i + 5) % 20});
        const Tensor found = all.read(i);
        if (found.size(0) != 3 || found.size(1) != i + 4 || !found.eq(i).all().item<bool>()) ++wrong;
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST(PicturesOfAnySize, SizesAreThoseThatAreShown) {
  const std::string png = testing::encode_png(at::zeros({1, 6, 9}, at::kByte));
  EXPECT_EQ(picture_size(png, "x"), (PictureSize{6, 9}));
  EXPECT_EQ(picture_size(testing::png_with_orientation(png, 6, true), "x"), (PictureSize{9, 6}));
  EXPECT_EQ(picture_size(testing::png_with_orientation(png, 3, true), "x"), (PictureSize{6, 9}));
  expect_error([&] { picture_size(png.substr(0, 20), "'x'"); }, "'x': the PNG image has no header");
  expect_error([&] { picture_size("GIF89a", "'x'"); }, "neither a PNG nor a JPEG");
}

TEST(PicturesOfAnySize, DamageIsNamedOrSkipped) {
  const TempDir folder;
  std::vector<PackedFile> files = pictures(4);
  files[1].bytes = "not a picture";
  files[2].bytes.resize(files[2].bytes.size() - 20);
  testing::unpack(folder.path(), files);
  expect_error([&] { Pictures(files_in(folder.path(), files), {}); }, "01.png' is neither a PNG nor a JPEG");
  const Pictures some(files_in(folder.path(), files), {.skip_unreadable = true});
  ASSERT_EQ(some.notes().size(), 1U);
  EXPECT_NE(some.notes()[0].find("1 of 4 pictures cannot be read"), std::string::npos) << some.notes()[0];
  EXPECT_FALSE(some.read(2).defined());
  EXPECT_TRUE(some.read(3).defined());
  files.erase(files.begin() + 1);
  const Pictures rest(files_in(folder.path(), files), {});
  for (int again = 0; again < 2; ++again) expect_error([&] { rest.read(1); }, "02.png'");
}

}  // namespace
}  // namespace mdsm
