#include "mdsm/data/readers/idx.h"

#include <zlib.h>

#include "support/expect_error.h"
#include "support/paths.h"
#include "support/shared.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;
using testing::write_bytes;

const std::filesystem::path kMnist = MDSM_SOURCE_DIR "/data/mnist";

LabelledData read_mnist(const std::string& start) {
  return read_idx_pair(kMnist / (start + "-images-idx3-ubyte.gz"), kMnist / (start + "-labels-idx1-ubyte.gz"));
}

std::vector<int64_t> first_ten(const Tensor& labels) {
  return {labels.data_ptr<int64_t>(), labels.data_ptr<int64_t>() + 10};
}

// Sums of all pixels and first labels: computed from the published files by Python's gzip and struct.
TEST(Idx, ReadsMnist) {
  const LabelledData train = read_mnist("train");
  EXPECT_EQ(train.data.sizes(), (Shape{60000, 1, 28, 28}));
  EXPECT_EQ(train.data.sum().item<int64_t>(), 1567298545);
  EXPECT_EQ(first_ten(train.labels), (std::vector<int64_t>{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}));
  const LabelledData test = read_mnist("t10k");
  EXPECT_EQ(test.data.sizes(), (Shape{10000, 1, 28, 28}));
  EXPECT_EQ(test.data.sum().item<int64_t>(), 264923200);
  EXPECT_EQ(first_ten(test.labels), (std::vector<int64_t>{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}));
}

TEST(Idx, ReadsFashionMnistAndNotmnist) {
  MDSM_NEEDS_SHARED("data/fashion-mnist");
  MDSM_NEEDS_SHARED("data/notmnist");
  const auto sum_of = [](const std::string& file) {
    return read_idx(testing::shared_path("data/" + file)).sum().item<int64_t>();
  };
  EXPECT_EQ(sum_of("fashion-mnist/train-images-idx3-ubyte.gz"), 3431114169);
  EXPECT_EQ(sum_of("fashion-mnist/t10k-images-idx3-ubyte.gz"), 573469082);
  EXPECT_EQ(sum_of("notmnist/t10k-images-idx3-ubyte.gz"), 852906614);
}

/// Two images of 2 x 3 pixels, 0 to 11.
std::string small_idx() {
  std::string bytes("\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03", 16);
  for (char pixel = 0; pixel < 12; ++pixel) bytes += pixel;
  return bytes;
}

std::string gzipped(const std::string& bytes) {
  const TempDir folder;
  gzFile file = gzopen((folder / "x.gz").c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return read_bytes(folder / "x.gz");
}

TEST(Idx, ReadsPlainAndCompressedFiles) {
  const TempDir folder;
  const Tensor expected = at::arange(12, at::kLong).to(at::kByte).view({2, 2, 3});
  write_bytes(folder / "plain", small_idx());
  EXPECT_TRUE(at::equal(read_idx(folder / "plain"), expected));
  write_bytes(folder / "packed", gzipped(small_idx()));
  EXPECT_TRUE(at::equal(read_idx(folder / "packed"), expected));
}

TEST(Idx, RefusesDamagedFiles) {
  const TempDir folder;
  const auto expect_refused = [&](const std::string& bytes, const std::string& text) {
    write_bytes(folder / "x", bytes);
    expect_error([&] { read_idx(folder / "x"); }, text);
  };
  const std::string whole = small_idx();
  for (size_t length : {0U, 3U}) expect_refused(whole.substr(0, length), "not an idx file");
  expect_refused(whole.substr(0, 10), "header is cut short");
  expect_refused(whole.substr(0, 27), "only 11 bytes");
  expect_refused(whole + "1", "more than 12 bytes");
  expect_refused("PK" + whole, "not an idx file");
  std::string of_floats = whole;
  of_floats[2] = '\x0d';
  expect_refused(of_floats, "not an idx file of bytes");
  const std::string packed = gzipped(whole);
  expect_refused(packed.substr(0, packed.size() - 9), "Fetch the file again");
  expect_refused(packed.substr(0, packed.size() - 4), "Fetch the file again");
  std::string flipped = packed;
  flipped[packed.size() - 6] = static_cast<char>(flipped[packed.size() - 6] ^ 1);
  expect_refused(flipped, "Fetch the file again");
  expect_error([&] { read_idx(folder / "absent"); }, "absent");
}

// Anything but mdsm::Error, as an allocation of that size would throw, fails the test.
TEST(Idx, AllocatesNothingForAClaimedSize) {
  const TempDir folder;
  for (const char* sizes : {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\0\0\xff\xff\0\0\xff\xff\0\0\0\x0f",
                            "\0\0\0\0\0\0\0\x02\0\0\0\x03"}) {
    write_bytes(folder / "x", std::string("\0\0\x08\x03", 4) + std::string(sizes, 12) + "12");
    expect_error([&] { read_idx(folder / "x"); }, "x");
  }
}

TEST(Idx, ImagesAndLabelsMustFit) {
  const TempDir folder;
  write_bytes(folder / "images", small_idx());
  write_bytes(folder / "labels", std::string("\0\0\x08\x01\0\0\0\x02\x07\x09", 10));
  EXPECT_TRUE(at::equal(read_idx_pair(folder / "images", folder / "labels").labels, at::tensor({7, 9}, at::kLong)));
  write_bytes(folder / "labels", std::string("\0\0\x08\x01\0\0\0\x03\x07\x09\x01", 11));
  expect_error([&] { read_idx_pair(folder / "images", folder / "labels"); }, "for 2 images");
  expect_error([&] { read_idx_pair(folder / "labels", folder / "labels"); }, "three axes");
}

}  // namespace
}  // namespace mdsm
