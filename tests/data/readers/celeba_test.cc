#include "mdsm/data/readers/celeba.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/make_archive.h"
#include "support/make_image.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::TempDir;
using testing::write_bytes;

/// A colour image of CelebA's size, one brightness in the middle 140 pixels and another around them.
std::string face(int level) {
  Tensor image = at::full({3, 218, 178}, 255, at::kByte);
  image.narrow(1, 39, 140).narrow(2, 19, 140).fill_(level);
  return testing::encode_png(image);
}

const std::vector<testing::PackedFile> kFaces{{"img_align_celeba/182638.png", face(40)},
                                              {"img_align_celeba/000002.png", face(20)},
                                              {"img_align_celeba/000001.png", face(10)},
                                              {"img_align_celeba/162771.png", face(30)}};

/// The brightness of every image, in order; all of an image must have it.
std::vector<int64_t> levels(const LabelledData& content) {
  std::vector<int64_t> found;
  for (int64_t i = 0; i < content.data.size(0); ++i) {
    const int64_t level = content.data[i][0][0][0].item<int64_t>();
    EXPECT_TRUE(content.data[i].eq(level).all().item<bool>()) << "the crop is off";
    found.push_back(level);
  }
  return found;
}

TEST(Celeba, PublishedRangesAndTheCrop) {
  const TempDir folder;
  testing::make_archive(folder / "img_align_celeba.zip", kFaces);
  const LabelledData train = read_celeba(folder.path(), Split::train, {});
  EXPECT_EQ(train.data.sizes(), at::IntArrayRef({2, 3, 32, 32}));
  EXPECT_EQ(levels(train), (std::vector<int64_t>{10, 20}));
  EXPECT_EQ(levels(read_celeba(folder.path(), Split::test, {})), std::vector<int64_t>{40});
}

TEST(Celeba, AFolderAndItsPartitionFile) {
  const TempDir folder;
  std::filesystem::create_directories(folder / "img_align_celeba");
  for (const auto& [name, bytes] : kFaces) write_bytes(folder / name, bytes);
  EXPECT_EQ(levels(read_celeba(folder.path(), Split::train, {})), (std::vector<int64_t>{10, 20}));
  write_bytes(folder / "list_eval_partition.txt", "000001.png 2\n000002.png 1\n162771.png 0\n182638.png 0\n");
  EXPECT_EQ(levels(read_celeba(folder.path(), Split::train, {})), (std::vector<int64_t>{30, 40}));
  EXPECT_EQ(levels(read_celeba(folder.path(), Split::test, {})), std::vector<int64_t>{10});
  write_bytes(folder / "list_eval_partition.txt", "000001.png 7\n");
  testing::expect_error([&] { read_celeba(folder.path(), Split::train, {}); },
                        "expected an image's name and 0, 1 or 2");
}

}  // namespace
}  // namespace mdsm
