#include "mdsm/data/readers/array.h"

#include "mdsm/formats/npy.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TempDir;

Tensor some_images(at::IntArrayRef shape) {
  return at::arange(element_count(shape)).remainder(256).to(at::kByte).view(shape);
}

LabelledData through_npy(const Tensor& array) {
  const TempDir folder;
  write_npy(folder / "x.npy", array);
  return read_array(folder / "x.npy");
}

TEST(ReadArray, BringsEveryLayoutToChannelsFirst) {
  const Tensor colour = some_images({2, 3, 5, 4});
  EXPECT_TRUE(through_npy(colour).data.equal(colour));
  EXPECT_TRUE(through_npy(colour.permute({0, 2, 3, 1})).data.equal(colour));
  EXPECT_TRUE(through_npy(colour.permute({0, 2, 3, 1})).data.is_contiguous());
  const Tensor grey = some_images({3, 1, 5, 4});
  EXPECT_TRUE(through_npy(grey.squeeze(1)).data.equal(grey));
  EXPECT_TRUE(through_npy(grey.permute({0, 2, 3, 1})).data.equal(grey));
  EXPECT_TRUE(through_npy(grey).labels.equal(at::full({3}, -1, at::kLong)));
  EXPECT_TRUE(through_npy(grey).classes.empty());
}

TEST(ReadArray, FloatsBecomeFloat32) {
  const Tensor images = at::linspace(0, 1, 2 * 5 * 4, at::kDouble).view({2, 5, 4});
  for (const auto type : {at::kFloat, at::kDouble}) {
    const LabelledData read = through_npy(images.to(type));
    EXPECT_TRUE(read.data.equal(images.to(at::kFloat).unsqueeze(1)));
    const Tensor vectors = at::linspace(-9, 7, 12, type).view({6, 2});
    EXPECT_TRUE(through_npy(vectors).data.equal(vectors.to(at::kFloat)));
  }
}

TEST(ReadArray, NamesInsideNpz) {
  const TempDir folder;
  const Tensor x = some_images({3, 5, 4});
  for (const char* name : {"x", "images", "data", "arr_0"}) {
    write_npz(folder / "a.npz", {{"other", at::zeros({2})}, {name, x}});
    const LabelledData read = read_array(folder / "a.npz");
    EXPECT_TRUE(read.data.equal(x.unsqueeze(1))) << name;
    EXPECT_TRUE(read.labels.equal(at::full({3}, -1, at::kLong)));
  }
  for (const char* name : {"y", "labels"}) {
    for (const auto type : {at::kByte, at::kInt, at::kLong}) {
      const Tensor y = at::tensor({4, 0, 200}, type);
      write_npz(folder / "a.npz", {{name, y}, {"x", x}});
      EXPECT_TRUE(read_array(folder / "a.npz").labels.equal(y.to(at::kLong))) << name;
      write_npz(folder / "a.npz", {{name, y.unsqueeze(1)}, {"x", x}});
      EXPECT_TRUE(read_array(folder / "a.npz").labels.equal(y.to(at::kLong))) << name;
    }
  }
}

TEST(ReadArray, RefusesOtherTypesShapesAndValues) {
  const auto refuses = [](const Tensor& array, const char* text) { expect_error([&] { through_npy(array); }, text); };
  refuses(some_images({6}), "neither images nor vectors");
  refuses(some_images({1, 1, 1, 2, 3}), "neither images nor vectors");
  refuses(some_images({2, 6}), "vectors of type Byte are not read");
  refuses(some_images({0, 5, 4}), "is empty");
  refuses(some_images({2, 2, 5, 6}), "no axis of 1 or 3 channels");
  refuses(some_images({2, 3, 5, 3}), "could be the second axis or the last");
  refuses(at::full({2, 5, 4}, 1.5), "from 1.5 to 1.5");
  refuses(at::full({2, 5, 4}, -0.5), "from -0.5 to -0.5");
  Tensor values = at::zeros({2, 5, 4});
  values[1][2][3] = std::nan("");
  refuses(values, "not finite");
  refuses(values.flatten(1), "not finite");
  refuses(at::full({2, 2}, 1e300, at::kDouble), "not finite");
}

TEST(ReadArray, RefusesUnfitNpz) {
  const TempDir folder;
  const Tensor x = some_images({3, 5, 4});
  const auto refuses = [&](const std::vector<NamedArray>& arrays, const char* text) {
    write_npz(folder / "a.npz", arrays);
    expect_error([&] { read_array(folder / "a.npz"); }, text);
  };
  refuses({{"x_other", x}}, "it holds x_other");
  refuses({{"x", x}, {"y", at::zeros({4}, at::kLong)}}, "labels (4) for 3 data");
  const std::string whole = testing::read_bytes(folder / "a.npz");
  testing::write_bytes(folder / "a.npz", whole.substr(0, whole.size() / 2));
  expect_error([&] { read_array(folder / "a.npz"); }, "a.npz");
}

}  // namespace
}  // namespace mdsm
