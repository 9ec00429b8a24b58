#include "mdsm/data/readers/cifar.h"

#include "support/expect_error.h"
#include "support/image_files.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::PackedFile;
using testing::TempDir;
using testing::unpack;

/// A record whose pixel at (c, y, x) is (first + 7 c + 3 y + x) mod 256.
std::string record(const std::vector<int>& labels, int first) {
  std::string bytes;
  for (const int label : labels) bytes += static_cast<char>(label);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) bytes += static_cast<char>(first + 7 * c + 3 * y + x);
    }
  }
  return bytes;
}

int pixel(const LabelledData& set, int64_t n, int64_t c, int64_t y, int64_t x) {
  return set.data[n][c][y][x].item<uint8_t>();
}

const char* const kTenNames = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

std::vector<PackedFile> ten_files() {
  std::vector<PackedFile> files{{"cifar-10-batches-bin/test_batch.bin", record({9}, 200) + record({0}, 100)},
                                {"cifar-10-batches-bin/batches.meta.txt", kTenNames},
                                {"cifar-10-batches-bin/readme.html", "<html>"}};
  for (const int i : {5, 3, 1, 2, 4}) {
    files.push_back({fmt::format("cifar-10-batches-bin/data_batch_{}.bin", i), record({i}, i) + record({i - 1}, -i)});
  }
  return files;
}

std::string hundred_names() {
  std::string names;
  for (int i = 0; i < 100; ++i) names += fmt::format("class {}\r\n", i);
  return names;
}

void expect_ten(const std::filesystem::path& path) {
  const LabelledData train = read_cifar(path, CifarKind::ten, Split::train);
  EXPECT_EQ(train.data.sizes(), (Shape{10, 3, 32, 32}));
  EXPECT_EQ(train.data.scalar_type(), at::kByte);
  EXPECT_TRUE(train.labels.equal(at::tensor({1, 0, 2, 1, 3, 2, 4, 3, 5, 4}, at::kLong)));
  EXPECT_EQ(pixel(train, 4, 2, 10, 20), 3 + 14 + 30 + 20);
  EXPECT_EQ(pixel(train, 9, 0, 0, 0), 251);
  ASSERT_EQ(train.classes.size(), 10U);
  EXPECT_EQ(train.classes[9], "truck");
  const LabelledData test = read_cifar(path, CifarKind::ten, Split::test);
  EXPECT_TRUE(test.labels.equal(at::tensor({9, 0}, at::kLong)));
  EXPECT_EQ(pixel(test, 1, 1, 31, 30), (100 + 7 + 93 + 30) % 256);
}

TEST(Cifar, TenFromArchiveAndFolders) {
  const TempDir folder;
  testing::make_archive(folder / "cifar-10-binary.tar.gz", ten_files());
  expect_ten(folder / "cifar-10-binary.tar.gz");
  unpack(folder / "up", ten_files());
  expect_ten(folder / "up");
  expect_ten(folder / "up" / "cifar-10-batches-bin");
}

TEST(Cifar, HundredTakesTheFineLabel) {
  const TempDir folder;
  const std::vector<PackedFile> files{{"cifar-100-binary/train.bin", record({19, 99}, 1) + record({3, 42}, 2)},
                                      {"cifar-100-binary/test.bin", record({0, 7}, 3)},
                                      {"cifar-100-binary/coarse_label_names.txt", "fish\n"},
                                      {"cifar-100-binary/fine_label_names.txt", hundred_names()}};
  unpack(folder.path(), files);
  testing::make_archive(folder / "x.tar.gz", files);
  for (const auto& path : {folder.path(), folder / "x.tar.gz"}) {
    const LabelledData train = read_cifar(path, CifarKind::hundred, Split::train);
    EXPECT_TRUE(train.labels.equal(at::tensor({99, 42}, at::kLong)));
    EXPECT_EQ(pixel(train, 1, 2, 1, 1), 2 + 14 + 3 + 1);
    ASSERT_EQ(train.classes.size(), 100U);
    EXPECT_EQ(train.classes[42], "class 42");
    EXPECT_TRUE(read_cifar(path, CifarKind::hundred, Split::test).labels.equal(at::tensor({7}, at::kLong)));
  }
}

TEST(Cifar, NamesAreOptional) {
  const TempDir folder;
  testing::write_bytes(folder / "test_batch.bin", record({4}, 0));
  const LabelledData test = read_cifar(folder.path(), CifarKind::ten, Split::test);
  EXPECT_TRUE(test.classes.empty());
  EXPECT_EQ(test.data.size(0), 1);
}

TEST(Cifar, RefusesDamage) {
  const TempDir folder;
  const auto read = [&] { read_cifar(folder.path(), CifarKind::ten, Split::test); };
  expect_error(read, "holds no 'test_batch.bin'");
  testing::write_bytes(folder / "test_batch.bin", record({4}, 0).substr(1));
  expect_error(read, "has 3072 bytes, which are not whole records of 3073");
  testing::write_bytes(folder / "test_batch.bin", "");
  expect_error(read, "has 0 bytes");
  testing::write_bytes(folder / "test_batch.bin", record({4}, 0) + record({10}, 0));
  expect_error(read, "image 1 has the label 10");
  testing::write_bytes(folder / "test_batch.bin", record({9}, 0));
  testing::write_bytes(folder / "batches.meta.txt", "cat\ndog\n");
  expect_error(read, "names 2 classes");
  testing::write_bytes(folder / "test.bin", record({0, 100}, 0));
  expect_error([&] { read_cifar(folder.path(), CifarKind::hundred, Split::test); }, "has the label 100");
}

TEST(Cifar, RefusesDamagedArchives) {
  const TempDir folder;
  testing::make_archive(folder / "x.tar.gz", {{"cifar-10-batches-bin/data_batch_1.bin", record({1}, 0)}});
  expect_error([&] { read_cifar(folder / "x.tar.gz", CifarKind::ten, Split::test); }, "holds no 'test_batch.bin'");
  expect_error([&] { read_cifar(folder / "x.tar.gz", CifarKind::ten, Split::train); }, "holds no 'data_batch_2.bin'");
  expect_error([&] { read_cifar(folder / "y.tar.gz", CifarKind::ten, Split::train); }, "Did you mean 'x.tar.gz'?");
  testing::make_archive(folder / "two.tar",
                        {{"a/test_batch.bin", record({1}, 0)}, {"b/test_batch.bin", record({1}, 0)}});
  expect_error([&] { read_cifar(folder / "two.tar", CifarKind::ten, Split::test); }, "holds two files");
}

}  // namespace
}  // namespace mdsm
