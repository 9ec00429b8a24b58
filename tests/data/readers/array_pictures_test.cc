// Arrays as people store pictures and labels: types, byte orders, axes, one-hot rows.
#include <gmock/gmock.h>

#include "mdsm/data/load.h"
#include "mdsm/data/readers/array.h"
#include "mdsm/formats/npy.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using ::testing::HasSubstr;
using testing::TempDir;

std::string joined(const std::vector<std::string>& notes) { return fmt::format("{}", fmt::join(notes, "\n")); }

/// The bytes of a .npy file as NumPy writes them on a machine of the other byte order.
std::string swapped(const std::string& npy, size_t width) {
  std::string file = npy;
  const size_t descr = file.find("'<");
  file[descr + 1] = '>';
  const size_t begin = file.find('\n') + 1;
  for (size_t at = begin; at < file.size(); at += width)
    std::reverse(file.begin() + static_cast<int64_t>(at), file.begin() + static_cast<int64_t>(at + width));
  return file;
}

TEST(Pictures, ArraysOfEveryTypeAndByteOrder) {
  const TempDir folder;
  const Tensor levels = at::arange(4 * 5 * 6).add(100).remainder(256).view({4, 5, 6});
  struct Case {
    at::ScalarType type;
    double scale;  // of a level, as stored
    double error;  // at most, in levels
  };
  for (const Case& one :
       {Case{at::kHalf, 1 / 255., 0.2}, Case{at::kFloat, 1 / 255., 0.001}, Case{at::kDouble, 1 / 255., 0.001},
        Case{at::kUInt16, 257, 0.001}, Case{at::kShort, 1, 0.001}, Case{at::kInt, 1, 0.001}, Case{at::kLong, 1, 0.001},
        Case{at::kUInt32, 1, 0.001}, Case{at::kUInt64, 1, 0.001}}) {
    const Tensor stored =
        (levels.to(at::kDouble) * one.scale).to(at::isFloatingType(one.type) ? at::kDouble : at::kLong).to(one.type);
    const std::string npy = encode_npy(stored);
    for (const std::string& bytes : {npy, swapped(npy, static_cast<size_t>(stored.element_size()))}) {
      testing::write_bytes(folder / "x.npy", bytes);
      const LabelledData read = read_array(folder / "x.npy");
      const Tensor x =
          read.data.scalar_type() == at::kByte ? read.data.to(at::kDouble) : read.data.to(at::kDouble) * 255;
      EXPECT_LE((x.squeeze(1) - levels.to(at::kDouble)).abs().max().item<double>(), one.error)
          << at::toString(one.type);
    }
    write_npz(folder / "x.npz", {{"x", stored}});
    EXPECT_EQ(read_array(folder / "x.npz").data.size(0), 4) << at::toString(one.type);
  }
}

TEST(Pictures, WholeNumbersThatAreNoLevelsAreRefused) {
  const TempDir folder;
  const auto read = [&](const Tensor& array) {
    write_npy(folder / "x.npy", array);
    return read_array(folder / "x.npy");
  };
  expect_error([&] { read(at::full({2, 5, 6}, 256, at::kShort)); }, "from 256 to 256");
  expect_error([&] { read(at::full({2, 5, 6}, -1, at::kInt)); }, "from -1 to -1");
  expect_error([&] { read(at::full({2, 5, 6}, 200.0F)); }, "Divide them by 255");
  expect_error([&] { read(at::full({2, 5, 6}, -0.5F)); }, "(x + 1) / 2");
  EXPECT_THAT(joined(read(at::ones({2, 5, 6}, at::kByte)).notes), HasSubstr("almost black"));
  EXPECT_TRUE(read(at::ones({2, 5, 6}, at::kBool)).data.eq(255).all().item<bool>());
}

TEST(Pictures, AxesThatCannotBeToldAreChosen) {
  const TempDir folder;
  const std::string path = (folder / "x.npy").string();
  write_npy(path, at::zeros({5, 3, 64, 3}, at::kByte));
  DataOptions options;
  options.name = path;
  expect_error([&] { load_source(options, Split::train); }, "Set data.layout to channels-first or channels-last");
  options.layout = "channels-first";
  EXPECT_EQ(load_source(options, Split::train)->info().datum_shape, (Shape{3, 64, 3}));
  options.layout = "channels-last";
  EXPECT_EQ(load_source(options, Split::train)->info().datum_shape, (Shape{3, 3, 64}));
  write_npy(path, at::zeros({3, 8, 9}, at::kByte));
  options.layout = "auto";
  const auto grey = load_source(options, Split::train);
  EXPECT_EQ(grey->size(), 3);
  EXPECT_THAT(joined(grey->info().notes), HasSubstr("3 grey images"));
  options.layout = "channels-first";
  EXPECT_EQ(load_source(options, Split::train)->info().datum_shape, (Shape{3, 8, 9}));
}

TEST(Pictures, OpacityOfArraysIsMixedWithTheBackground) {
  const TempDir folder;
  Tensor images = at::full({2, 6, 7, 4}, 40, at::kByte);
  images.select(3, 3).fill_(255);
  images[0][0][0][3] = 0;
  for (const bool floats : {false, true}) {
    write_npy(folder / "x.npy", floats ? images.to(at::kFloat) / 255 : images);
    const LabelledData read = read_array(folder / "x.npy", Split::train, {.background = 200});
    EXPECT_EQ(read.data.sizes(), (Shape{2, 3, 6, 7}));
    const double unit = floats ? 255 : 1;
    EXPECT_NEAR(read.data[0][1][0][0].item<double>() * unit, 200, 1e-3);
    EXPECT_NEAR(read.data[0][1][0][1].item<double>() * unit, 40, 1e-3);
    EXPECT_THAT(joined(read.notes), HasSubstr("opacity"));
  }
}

TEST(Pictures, FloatArraysGoThroughTheSamePreparation) {
  const TempDir folder;
  const Tensor bytes = at::arange(2 * 20 * 30).mul(5).remainder(256).view({2, 20, 30});
  write_npy(folder / "bytes.npy", bytes.to(at::kByte));
  for (const auto type : {at::kHalf, at::kFloat, at::kDouble}) {
    write_npy(folder / "floats.npy", (bytes.to(at::kDouble) / 255).to(type));
    DataOptions options;
    options.crop = 18;
    options.image_size = 8;
    options.channels = 3;
    options.pad_to = 10;
    const std::vector<int64_t> both{0, 1};
    options.name = (folder / "bytes.npy").string();
    const Tensor a = load_source(options, Split::train)->read(both);
    options.name = (folder / "floats.npy").string();
    const Tensor b = load_source(options, Split::train)->read(both);
    ASSERT_EQ(b.sizes(), (Shape{2, 3, 10, 10}));
    EXPECT_LT((a - b).abs().max().item<float>(), 1.5F / 255);
  }
}

TEST(Pictures, LabelsThatAreNoClassNumbersAreIgnored) {
  const TempDir folder;
  const Tensor x = at::zeros({3, 4, 4}, at::kByte);
  const auto read = [&](const Tensor& y) {
    write_npz(folder / "a.npz", {{"x", x}, {"y", y}});
    return read_array(folder / "a.npz");
  };
  const Tensor unknown = at::full({3}, -1, at::kLong);
  for (const Tensor& y : {at::tensor({0.0, 1.0, 2.0}), at::tensor({0.5, 1.5, 2.5}), at::tensor({0, -2, 1}, at::kLong),
                          at::zeros({3, 2}, at::kLong), at::ones({3, 2, 2}, at::kLong)}) {
    const LabelledData data = read(y);
    EXPECT_TRUE(data.labels.equal(unknown)) << y;
    EXPECT_THAT(joined(data.notes), HasSubstr("these labels are ignored"));
  }
  const Tensor numbers = at::tensor({2, 0, 1}, at::kLong);
  for (const auto type : {at::kByte, at::kLong, at::kFloat, at::kDouble, at::kHalf, at::kBool}) {
    const Tensor one_hot = at::eye(4).index_select(0, numbers).to(type);
    EXPECT_TRUE(read(one_hot).labels.equal(numbers)) << at::toString(type);
  }
  EXPECT_TRUE(read(at::eye(3, 2)).labels.equal(at::tensor({0, 1, -1}, at::kLong))) << "numpy.eye(3, 2)";
  expect_error([&] { read(at::zeros({4}, at::kLong)); }, "labels (4) for 3 data");
}

}  // namespace
}  // namespace mdsm
