#include "mdsm/data/readers/svhn.h"

#include <matio.h>

#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;

/// Writes one variable; MATLAB's element order is that of the reversed tensor, rows first.
void write_variable(mat_t* file, const char* name, const Tensor& value, matio_compression compression) {
  const bool is_byte = value.scalar_type() == at::kByte;
  std::vector<size_t> dims;
  std::vector<int64_t> reversed;
  for (int64_t axis = 0; axis < value.dim(); ++axis) {
    dims.push_back(static_cast<size_t>(value.size(axis)));
    reversed.insert(reversed.begin(), axis);
  }
  Tensor stored = value.permute(reversed).contiguous();
  matvar_t* variable = Mat_VarCreate(name, is_byte ? MAT_C_UINT8 : MAT_C_DOUBLE, is_byte ? MAT_T_UINT8 : MAT_T_DOUBLE,
                                     static_cast<int>(dims.size()), dims.data(), stored.data_ptr(), 0);
  ASSERT_EQ(Mat_VarWrite(file, variable, compression), 0);
  Mat_VarFree(variable);
}

struct Published {
  Tensor x = at::arange(32 * 32 * 3 * 5).view({32, 32, 3, 5}).remainder(251).to(at::kByte);  // (y, x, c, n)
  Tensor y = at::tensor({10, 1, 9, 5, 10}, at::kByte).view({5, 1});
  matio_compression compression = MAT_COMPRESSION_ZLIB;

  void write(const std::filesystem::path& path) const {
    mat_t* file = Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT5);
    if (x.defined()) write_variable(file, "X", x, compression);
    if (y.defined()) write_variable(file, "y", y, compression);
    Mat_Close(file);
  }
};

TEST(Svhn, ReadsImagesAndDigits) {
  const TempDir folder;
  for (const auto compression : {MAT_COMPRESSION_ZLIB, MAT_COMPRESSION_NONE}) {
    for (const auto type : {at::kByte, at::kDouble}) {
      Published set{.compression = compression};
      set.y = set.y.to(type);
      set.write(folder / "train_32x32.mat");
      const LabelledData read = read_svhn(folder / "train_32x32.mat");
      EXPECT_TRUE(read.data.equal(set.x.permute({3, 2, 0, 1})));
      EXPECT_TRUE(read.data.is_contiguous());
      EXPECT_TRUE(read.labels.equal(at::tensor({0, 1, 9, 5, 0}, at::kLong)));
      ASSERT_EQ(read.classes.size(), 10U);
      EXPECT_EQ(read.classes[7], "7");
    }
  }
}

// More images than are turned at once.
TEST(Svhn, ReadsManyImages) {
  const TempDir folder;
  Published set;
  set.x = at::arange(9000).remainder(256).to(at::kByte).expand({32, 32, 3, 9000}).contiguous();
  set.x[3][7].add_(1);
  set.y = at::arange(9000).remainder(10).add(1).view({9000, 1}).to(at::kByte);
  set.write(folder / "x.mat");
  const LabelledData read = read_svhn(folder / "x.mat");
  EXPECT_TRUE(read.data.equal(set.x.permute({3, 2, 0, 1})));
  EXPECT_EQ(read.labels[8999].item<int64_t>(), 0);
}

TEST(Svhn, RefusesOtherContents) {
  const TempDir folder;
  const auto read = [&] { read_svhn(folder / "x.mat"); };
  expect_error(read, "x.mat");
  testing::write_bytes(folder / "x.mat", "no MATLAB file");
  expect_error(read, "as a MATLAB file");
  Published{.x = {}}.write(folder / "x.mat");
  expect_error(read, "no readable variable 'X'");
  Published{.y = {}}.write(folder / "x.mat");
  expect_error(read, "no readable variable 'y'");
  Published{.x = at::zeros({28, 28, 3, 5}, at::kByte)}.write(folder / "x.mat");
  expect_error(read, "X has the shape (28, 28, 3, 5)");
  Published{.x = at::zeros({32, 32, 3, 5}, at::kDouble)}.write(folder / "x.mat");
  expect_error(read, "is not uint8");
  Published{.y = at::ones({4, 1}, at::kByte)}.write(folder / "x.mat");
  expect_error(read, "y has the shape (4, 1) for 5 images");
  for (const double wrong : {0.0, 11.0, 1.5}) {
    Published{.y = at::full({5, 1}, wrong, at::kDouble)}.write(folder / "x.mat");
    expect_error(read, "other values than 1 to 10");
  }
}

TEST(Svhn, RefusesFilesThatAreCutShort) {
  const TempDir folder;
  for (const auto compression : {MAT_COMPRESSION_ZLIB, MAT_COMPRESSION_NONE}) {
    Published{.compression = compression}.write(folder / "whole.mat");
    const std::string whole = testing::read_bytes(folder / "whole.mat");
    for (size_t size = 0; size + 8 < whole.size(); size += 1 + whole.size() / 40) {
      testing::write_bytes(folder / "cut.mat", whole.substr(0, size));
      expect_error([&] { read_svhn(folder / "cut.mat"); }, "cut.mat");
    }
  }
}

// The header claims 2^31 - 1 images: an error, not an allocation.
TEST(Svhn, RefusesClaimsThatCannotBe) {
  const TempDir folder;
  Published{.compression = MAT_COMPRESSION_NONE}.write(folder / "x.mat");
  std::string bytes = testing::read_bytes(folder / "x.mat");
  const std::string dims("\x20\0\0\0\x20\0\0\0\x03\0\0\0\x05\0\0\0", 16);
  const size_t at = bytes.find(dims);
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at + 12, 4, "\xff\xff\xff\x7f");
  testing::write_bytes(folder / "x.mat", bytes);
  expect_error([&] { read_svhn(folder / "x.mat"); }, "more than fits into the file");
}

}  // namespace
}  // namespace mdsm
