#include "mdsm/data/readers/image_set.h"

#include "mdsm/data/readers/image_collector.h"
#include "support/expect_error.h"
#include "support/make_archive.h"
#include "support/make_image.h"
#include "support/shared.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::encode_jpeg;
using testing::encode_png;
using testing::expect_error;
using testing::PackedFile;
using testing::TempDir;

/// A grey image of one value.
std::string grey(int value, int64_t size = 4) { return encode_png(at::full({1, size, size}, value, at::kByte)); }

void unpack(const std::filesystem::path& folder, const std::vector<PackedFile>& files) {
  for (const PackedFile& file : files) {
    std::filesystem::create_directories((folder / file.name).parent_path());
    testing::write_bytes(folder / file.name, file.bytes);
  }
}

/// The value of the first pixel of each image.
std::vector<int> first_pixels(const LabelledData& set) {
  std::vector<int> values;
  for (int64_t i = 0; i < set.data.size(0); ++i) values.push_back(set.data[i].flatten()[0].item<uint8_t>());
  return values;
}

std::vector<int64_t> labels_of(const LabelledData& set) {
  const auto* first = set.labels.const_data_ptr<int64_t>();
  return {first, first + set.labels.numel()};
}

/// In no order, with what macOS and people add.
std::vector<PackedFile> two_classes() {
  return {{"dog/b.PNG", grey(4)},  {"cat/deep/2.png", grey(2)},    {"loose.png", grey(5)},
          {"cat/1.png", grey(1)},  {"dog/a.png", grey(3)},         {"cat/README.txt", "hi"},
          {"cat/._1.png", "junk"}, {"__MACOSX/cat/1.png", "junk"}, {".git/x.png", "junk"}};
}

void expect_two_classes(const LabelledData& set) {
  EXPECT_EQ(set.data.sizes(), (Shape{5, 1, 4, 4}));
  EXPECT_EQ(set.data.scalar_type(), at::kByte);
  EXPECT_EQ(first_pixels(set), (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_EQ(labels_of(set), (std::vector<int64_t>{0, 0, 1, 1, -1}));
  EXPECT_EQ(set.classes, (std::vector<std::string>{"cat", "dog"}));
}

TEST(ImageSet, FolderAndArchivesGiveTheSameSet) {
  const TempDir folder;
  unpack(folder / "set", two_classes());
  expect_two_classes(read_image_set(folder / "set", Split::train, {}));
  expect_two_classes(read_image_set(folder / "set" / "", Split::train, {}));
  for (const char* name : {"x.zip", "x.tar", "x.tar.gz"}) {
    testing::make_archive(folder / name, two_classes());
    expect_two_classes(read_image_set(folder / name, Split::train, {}));
  }
}

TEST(ImageSet, WithoutFoldersThereAreNoLabels) {
  const TempDir folder;
  unpack(folder.path(), {{"1.png", grey(1)}, {"0.png", grey(0)}});
  const LabelledData set = read_image_set(folder.path(), Split::train, {});
  EXPECT_EQ(first_pixels(set), (std::vector<int>{0, 1}));
  EXPECT_EQ(labels_of(set), (std::vector<int64_t>{-1, -1}));
  EXPECT_TRUE(set.classes.empty());
}

TEST(ImageSet, LinksAreFollowed) {
  const TempDir folder;
  unpack(folder.path(), {{"real/0.png", grey(7)}, {"set/cat/0.png", grey(6)}});
  std::filesystem::create_directory_symlink(folder / "real", folder / "set" / "dog");
  EXPECT_EQ(first_pixels(read_image_set(folder / "set", Split::train, {})), (std::vector<int>{6, 7}));
  std::filesystem::create_symlink(folder / "gone.png", folder / "set" / "1.png");
  expect_error([&] { read_image_set(folder / "set", Split::train, {}); }, "1.png");
  std::filesystem::remove(folder / "set" / "1.png");
  std::filesystem::create_directory_symlink(folder / "set", folder / "set" / "loop");
  expect_error([&] { read_image_set(folder / "set", Split::train, {}); }, "a link to a folder above it?");
}

TEST(ImageSet, ColourPlanesAndManyImages) {
  const TempDir folder;
  std::vector<PackedFile> files;
  for (int i = 299; i >= 0; --i) {
    const Tensor image = at::arange(3 * 5 * 4).view({3, 5, 4}).add(i).remainder(256).to(at::kByte);
    files.push_back({fmt::format("{:03}.png", i), encode_png(image)});
  }
  testing::make_archive(folder / "x.zip", files);
  const Tensor expected = (at::arange(300).view({300, 1, 1, 1}) + at::arange(60).view({1, 3, 5, 4})).remainder(256);
  EXPECT_TRUE(read_image_set(folder / "x.zip", Split::train, {}).data.equal(expected.to(at::kByte)));
}

TEST(ImageSet, PreparedImagesMustHaveOneShape) {
  const TempDir folder;
  unpack(folder.path(), {{"a.png", grey(1, 4)}, {"b.jpg", encode_jpeg(at::zeros({1, 6, 6}, at::kByte))}});
  const auto read = [&](const PrepareImage& prepare) {
    return read_image_set(folder.path(), Split::train, {.prepare = prepare});
  };
  expect_error([&] { read({}); }, "'a.png' is (1, 4, 4) but 'b.jpg' is (1, 6, 6)");
  expect_error([&] { read({}); }, "Set data.image_size");
  const auto crop = [](const Tensor& image) { return image.slice(1, 0, 3).slice(2, 0, 2); };
  EXPECT_EQ(read(crop).data.sizes(), (Shape{2, 1, 3, 2}));
  testing::write_bytes(folder / "b.jpg", encode_jpeg(at::zeros({3, 4, 4}, at::kByte)));
  expect_error([&] { read({}); }, "data.channels");
}

TEST(ImageSet, FoldersAreTheHalves) {
  const TempDir folder;
  const std::vector<PackedFile> files{{"train/dog/0.png", grey(2)},
                                      {"test/cat/0.png", grey(3)},
                                      {"README.md", "hi"},
                                      {"train/cat/0.png", grey(1)},
                                      {"train/cat/0.png", grey(9)}};
  for (const std::string top : {"", "set/", "./set/"}) {
    std::vector<PackedFile> packed;
    for (const PackedFile& file : files) packed.push_back({top + file.name, file.bytes});
    testing::make_archive(folder / "x.tar", packed);
    const LabelledData train = read_image_set(folder / "x.tar", Split::train, {});
    EXPECT_EQ(first_pixels(train), (std::vector<int>{9, 2})) << "of two files with one name the last counts";
    EXPECT_EQ(train.classes, (std::vector<std::string>{"cat", "dog"}));
    EXPECT_EQ(first_pixels(read_image_set(folder / "x.tar", Split::test, {})), std::vector<int>{3});
  }
}

TEST(ImageSet, OneFolderAroundEverythingIsNoClass) {
  const TempDir folder;
  testing::make_archive(folder / "x.zip", {{"img_align_celeba/1.png", grey(1)}, {"img_align_celeba/0.png", grey(0)}});
  const LabelledData set = read_image_set(folder / "x.zip", Split::train, {});
  EXPECT_EQ(first_pixels(set), (std::vector<int>{0, 1}));
  EXPECT_EQ(labels_of(set), (std::vector<int64_t>{-1, -1}));
}

TEST(ImageSet, RefusesDamage) {
  const TempDir folder;
  expect_error([&] { read_image_set(folder / "none", Split::train, {}); }, "none");
  expect_error([&] { read_image_set(folder.path(), Split::train, {}); }, "holds no PNG or JPEG image");
  const std::string whole = encode_jpeg(at::zeros({3, 32, 32}, at::kByte));
  unpack(folder / "set", {{"cat/0.jpg", whole}, {"cat/1.jpg", whole.substr(0, whole.size() - 30)}});
  expect_error([&] { read_image_set(folder / "set", Split::train, {}); }, "cat/1.jpg");
  testing::make_archive(folder / "x.zip", {{"cat/0.jpg", whole}, {"dog/1.jpg", "text"}});
  expect_error([&] { read_image_set(folder / "x.zip", Split::train, {}); }, "'dog/1.jpg' in '");
  testing::make_archive(folder / "y.zip", {{"notes.txt", "text"}});
  expect_error([&] { read_image_set(folder / "y.zip", Split::train, {}); }, "holds no PNG or JPEG image");
  testing::make_archive(folder / "z.tar.gz", {{"0.jpg", whole}, {"1.jpg", whole}});
  const std::string packed = testing::read_bytes(folder / "z.tar.gz");
  testing::write_bytes(folder / "z.tar.gz", packed.substr(0, packed.size() / 2));
  expect_error([&] { read_image_set(folder / "z.tar.gz", Split::train, {}); }, "z.tar.gz");
}

TEST(ImageCollector, NoticesWhatIsMissing) {
  ImageCollector images("set", {"a.png", "b.png"}, {});
  expect_error([&] { images.add("c.png", [] { return grey(1); }); }, "'c.png' in 'set' appeared");
  images.add("b.png", [] { return grey(1); });
  expect_error([&] { images.finish("", {}); }, "'a.png' vanished");
}

// CIFAR-10 as JPEG files, train/ and test/ with a folder for each class.
TEST(ImageSet, ReadsARealArchive) {
  MDSM_NEEDS_SHARED("data/cifar10-jpeg/cifar10-jpeg.tar.gz");
  const std::filesystem::path path = testing::shared_path("data/cifar10-jpeg/cifar10-jpeg.tar.gz");
  const LabelledData test = read_image_set(path, Split::test, {});
  EXPECT_EQ(test.data.sizes(), (Shape{10000, 3, 32, 32}));
  ASSERT_EQ(test.classes.size(), 10U);
  EXPECT_EQ(test.classes[3], "cat");
  EXPECT_TRUE(at::bincount(test.labels).eq(1000).all().item<bool>());
  // Known means of the set, from https://github.com/kuangliu/pytorch-cifar (train); JPEG and the split move them
  // little.
  const Tensor means = test.data.to(at::kFloat).mean({0, 2, 3}) / 255;
  EXPECT_NEAR(means[0].item<float>(), 0.4914, 0.01);
  EXPECT_NEAR(means[1].item<float>(), 0.4822, 0.01);
  EXPECT_NEAR(means[2].item<float>(), 0.4465, 0.01);
}

}  // namespace
}  // namespace mdsm
