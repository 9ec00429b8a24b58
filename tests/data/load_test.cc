#include "mdsm/data/load.h"

#include <numeric>
#include <unordered_map>

#include "mdsm/data/batches.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/known.h"
#include "mdsm/data/memory_source.h"
#include "mdsm/formats/npy.h"
#include "support/expect_error.h"
#include "support/make_archive.h"
#include "support/make_image.h"
#include "support/mnist.h"
#include "support/paths.h"
#include "support/shared.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::make_archive;
using testing::TempDir;
using testing::write_bytes;

/// How often each image, as the bytes of its pixels, occurs.
using Multiset = std::unordered_map<std::string, int>;

constexpr size_t kPixels = 28 * 28;

/// The images of an idx file by nothing but its layout: gzip's own program and 16 bytes of header.
Multiset images_in_file(const std::filesystem::path& file) {
  const std::string command = "gzip -dc '" + file.string() + "'";
  FILE* pipe = popen(command.c_str(), "r");
  std::string bytes;
  std::vector<char> piece(1 << 16);
  while (const size_t count = fread(piece.data(), 1, piece.size(), pipe)) bytes.append(piece.data(), count);
  pclose(pipe);
  Multiset images;
  for (size_t at = 16; at + kPixels <= bytes.size(); at += kPixels) ++images[bytes.substr(at, kPixels)];
  return images;
}

void count_images(const Tensor& x, Multiset& images) {
  const Tensor bytes = x.mul(255).round().to(at::kByte).contiguous();
  for (int64_t row = 0; row < x.size(0); ++row) {
    ++images[std::string(reinterpret_cast<const char*>(bytes[row].const_data_ptr()), kPixels)];
  }
}

/// Reads one epoch of batches of 500, and the held-out part, as training does, and compares them with the files.
void expect_training_reads_the_training_file_alone(const std::string& name, const std::filesystem::path& folder) {
  const Multiset train_file = images_in_file(folder / "train-images-idx3-ubyte.gz");
  const Multiset test_file = images_in_file(folder / "t10k-images-idx3-ubyte.gz");
  ASSERT_EQ(train_file.size(), 60000U) << "the comparison below needs images that all differ";
  ASSERT_EQ(test_file.size(), 10000U);

  DataOptions options;
  options.name = name;
  const auto whole = load_source(options, Split::train);
  const int64_t kept = whole->size() - options.held_out;
  const auto training = std::make_shared<SplitSource>(whole, options.held_out, SplitSource::Part::kept);
  const auto held_out = std::make_shared<SplitSource>(whole, options.held_out, SplitSource::Part::held_out);
  Multiset seen;
  const Batches batches(training, 500, 0, Flip::none);
  for (int64_t step = 0; step < kept / 500; ++step) count_images(batches.read(step, 0, 500), seen);
  EXPECT_EQ(seen.size(), static_cast<size_t>(kept)) << "every datum once";
  Multiset aside;
  std::vector<int64_t> indices(static_cast<size_t>(options.held_out));
  std::iota(indices.begin(), indices.end(), int64_t{0});
  count_images(held_out->read(indices), aside);
  for (const auto& [image, count] : aside) EXPECT_FALSE(seen.contains(image)) << "a held-out image was trained on";
  for (const auto& [image, count] : test_file)
    EXPECT_FALSE(seen.contains(image) || aside.contains(image)) << "a test image";
  seen.merge(aside);
  EXPECT_EQ(seen, train_file);
}

// No image of these sets occurs twice, in one file or in both (checked above): equal bytes are the same datum.
TEST(Splits, TrainingOnMnistSeesNoTestImage) {
  expect_training_reads_the_training_file_alone("mnist", MDSM_SOURCE_DIR "/data/mnist");
}

// The authors' loader of this set read the test file.
TEST(Splits, TrainingOnFashionMnistSeesNoTestImage) {
  MDSM_NEEDS_SHARED("data/fashion-mnist");
  expect_training_reads_the_training_file_alone("fashion-mnist", testing::shared_path("data/fashion-mnist"));
}

/// A folder of four grey images of a class each, with a brightness of their own.
std::vector<testing::PackedFile> four_images() {
  std::vector<testing::PackedFile> files;
  int level = 10;
  for (const char* name : {"test/a/0.png", "test/b/0.png", "train/a/0.png", "train/b/0.png"}) {
    files.push_back({name, testing::encode_png(at::full({1, 4, 4}, level, at::kByte))});
    level += 10;
  }
  return files;
}

std::vector<int64_t> levels(const Source& source) {
  std::vector<int64_t> found;
  for (int64_t index = 0; index < source.size(); ++index) {
    found.push_back(std::lround(source.read(std::vector<int64_t>{index}).max().item<double>() * 255));
  }
  return found;
}

TEST(Splits, SubFoldersOfFoldersAndArchivesAreTheSplits) {
  const TempDir folder;
  for (const auto& [name, bytes] : four_images()) {
    std::filesystem::create_directories((folder / ("set/" + name)).parent_path());
    write_bytes(folder / ("set/" + name), bytes);
  }
  for (const char* name : {"set.zip", "set.tar", "set.tar.gz"}) make_archive(folder / name, four_images());
  for (const char* name : {"set", "set.zip", "set.tar", "set.tar.gz"}) {
    DataOptions options;
    options.name = (folder / name).string();
    EXPECT_EQ(levels(*load_source(options, Split::train)), (std::vector<int64_t>{30, 40})) << name;
    EXPECT_EQ(levels(*load_source(options, Split::test)), (std::vector<int64_t>{10, 20})) << name;
  }
}

TEST(Splits, DataWithoutSplitsAreNotBothOfThem) {
  const TempDir folder;
  write_npy(folder / "x.npy", at::zeros({3, 4, 4}, at::kByte));
  DataOptions options;
  options.name = (folder / "x.npy").string();
  EXPECT_EQ(load_source(options, Split::train)->size(), 3);
  expect_error([&] { load_source(options, Split::test); }, "test");
}

TEST(Splits, HeldOutDataOfASetSortedByClassHoldEveryClass) {
  MDSM_NEEDS_SHARED("data/cifar10-jpeg");
  DataOptions options;
  options.name = "cifar10-jpeg";
  const auto whole = load_source(options, Split::train);
  const SplitSource held_out(whole, options.held_out, SplitSource::Part::held_out);
  std::vector<int64_t> all(static_cast<size_t>(options.held_out));
  std::iota(all.begin(), all.end(), int64_t{0});
  const Tensor labels = held_out.labels(all);
  EXPECT_EQ(at::bincount(labels, {}, 10).ne(0).sum().item<int64_t>(), 10);
}

void expect_known_set_is_as_its_row_says(const std::string& name) {
  const KnownSet& set = known_set(name);
  DataOptions options;
  options.name = name;
  const auto source = load_source(options, Split::test);
  EXPECT_EQ(source->size(), set.test_count) << name;
  EXPECT_EQ(source->info().datum_shape, set.datum_shape) << name;
  EXPECT_EQ(source->info().classes.size(), 10U) << name;
}

TEST(Load, MnistHasTheShapeAndCountOfTheTable) { expect_known_set_is_as_its_row_says("mnist"); }

TEST(Load, KnownSetsHaveTheShapesAndCountsOfTheTable) {
  for (const std::string name : {"fashion-mnist", "notmnist", "cifar10-jpeg"}) {
    MDSM_NEEDS_SHARED("data/" + name);
    expect_known_set_is_as_its_row_says(name);
  }
}

TEST(Load, NotmnistHasNoTrainingHalf) {
  DataOptions options;
  options.name = "notmnist";
  expect_error([&] { load_source(options, Split::train); }, "Use notmnist/test");
}

TEST(Load, OptionsChangeTheImages) {
  DataOptions options;
  options.pad_to = 32;
  options.channels = 3;
  const auto source = load_source(options, Split::test);
  EXPECT_EQ(source->info().datum_shape, (Shape{3, 32, 32}));
  const Tensor x = source->read(std::vector<int64_t>{0, 9999});
  EXPECT_TRUE(at::equal(x.slice(2, 2, 30).slice(3, 2, 30).narrow(1, 1, 1),
                        testing::mnist_test_images().index_select(0, at::tensor({0, 9999}, at::kLong))));
  EXPECT_EQ(source->labels(std::vector<int64_t>{0}).item<int64_t>(), 7);
  options.channels = 2;
  expect_error([&] { load_source(options, Split::test); }, "data.channels = 2");
}

TEST(Load, StackedDigitsAreThreeDigitsOfTheSameHalf) {
  DataOptions options;
  options.name = "stacked-mnist";
  const auto stacked = load_source(options, Split::test);
  const std::vector<int64_t> some{0, 1, int64_t{1} << 33};
  const Tensor x = stacked->read(some);
  EXPECT_EQ(x.sizes(), (Shape{3, 3, 28, 28}));
  const Tensor digits = testing::mnist_test_images().flatten(1);
  const Tensor labels = testing::mnist_test_labels();
  for (int64_t row = 0; row < 3; ++row) {
    int64_t expected = 0;
    for (int64_t channel = 0; channel < 3; ++channel) {
      const Tensor place = digits.eq(x[row][channel].flatten()).all(1).nonzero();
      ASSERT_EQ(place.numel(), 1) << "a digit that is not in the test file";
      expected = 10 * expected + labels[place.item<int64_t>()].item<int64_t>();
    }
    EXPECT_EQ(stacked->labels(std::vector<int64_t>{some[static_cast<size_t>(row)]}).item<int64_t>(), expected);
  }
}

TEST(Load, NamesAndPaths) {
  const DataName plain = parse_data_name("mnist", Split::train);
  EXPECT_EQ(plain.name, "mnist");
  EXPECT_EQ(plain.split, Split::train);
  EXPECT_EQ(parse_data_name("mnist/test", Split::train).split, Split::test);
  EXPECT_EQ(parse_data_name("strokes/train", Split::test).split, Split::train);
  expect_error([] { parse_data_name("mnits/test", Split::train); }, "Did you mean 'mnist'?");
  const TempDir folder;
  make_archive(folder / "set.zip", four_images());
  const std::string zip = (folder / "set.zip").string();
  EXPECT_EQ(parse_data_name(zip, Split::test).name, zip);
  EXPECT_EQ(parse_data_name(zip + "/train", Split::test).name, zip);
}

TEST(Load, PathsOfEveryKindThatDataMayHave) {
  const auto size_of = [](const std::string& path, Split split) {
    DataOptions options;
    options.name = path;
    return load_source(options, split)->size();
  };
  EXPECT_EQ(size_of(MDSM_SOURCE_DIR "/data/mnist", Split::test), 10000);
  const TempDir folder;
  std::string records;
  for (int i = 0; i < 3; ++i) records += std::string(3073, '\x01');
  write_bytes(folder / "test_batch.bin", records);
  EXPECT_EQ(size_of(folder.path().string(), Split::test), 3);
  make_archive(folder / "c.tar.gz", {{"cifar-10-batches-bin/test_batch.bin", records}});
  EXPECT_EQ(size_of((folder / "c.tar.gz").string(), Split::test), 3);
}

TEST(SplitSource, HoldsEveryPlaceOnce) {
  const auto whole = std::make_shared<MemorySource>(
      "x", Split::train, LabelledData{at::arange(17, at::kFloat).view({17, 1}), at::arange(17, at::kLong), {}});
  for (int64_t count : {1, 4, 8, 16}) {
    std::vector<int64_t> places;
    for (const auto part : {SplitSource::Part::kept, SplitSource::Part::held_out}) {
      const SplitSource source(whole, count, part);
      std::vector<int64_t> indices(static_cast<size_t>(source.size()));
      std::iota(indices.begin(), indices.end(), int64_t{0});
      const std::vector<int64_t> mapped = source.mapped(indices);
      EXPECT_TRUE(std::is_sorted(mapped.begin(), mapped.end()));
      places.insert(places.end(), mapped.begin(), mapped.end());
    }
    std::sort(places.begin(), places.end());
    std::vector<int64_t> expected(17);
    std::iota(expected.begin(), expected.end(), int64_t{0});
    EXPECT_EQ(places, expected) << count;
  }
  expect_error([&] { SplitSource(whole, 17, SplitSource::Part::kept); }, "Lower data.held_out");
}

// Sorted by class, or classes that take turns: of 1000 data 100 are set aside, of each of ten classes 10 with deviation
// below 3. False alarms: below 2e-5.
TEST(OrderOfDataInTraining, WhatIsSetAsideHoldsEveryClass) {
  for (const bool sorted : {true, false}) {
    const Tensor labels = sorted ? at::arange(10).repeat_interleave(100) : at::arange(1000).remainder(10);
    const auto whole = std::make_shared<MemorySource>(
        "x", Split::train,
        LabelledData{.data = labels.to(at::kFloat).view({1000, 1}), .labels = labels, .classes = {}});
    const SplitSource aside(whole, 100, SplitSource::Part::held_out);
    const Tensor counts = at::bincount(aside.labels(index_range(0, 100)), {}, 10);
    EXPECT_GT(counts.min().item<int64_t>(), 0) << sorted;
    EXPECT_LT(counts.max().item<int64_t>(), 10 + 4.75 * 3) << sorted;
  }
}

// Old runs set aside what lay at equal distances, and find it again.
TEST(SplitSource, TheEvenChoiceOfOldRuns) {
  const auto whole = std::make_shared<MemorySource>(
      "x", Split::train,
      LabelledData{.data = at::arange(12, at::kFloat).view({12, 1}), .labels = at::arange(12), .classes = {}});
  const SplitSource aside(whole, 3, SplitSource::Part::held_out, SplitSource::Choice::even);
  EXPECT_EQ(aside.mapped(index_range(0, 3)), (std::vector<int64_t>{2, 6, 10}));
}

TEST(MemorySource, PixelsAreFloatsOfTheirBytes) {
  const MemorySource source(
      "x", Split::train, {at::arange(256, at::kLong).to(at::kByte).view({4, 1, 8, 8}), at::arange(4, at::kLong), {}});
  const Tensor x = source.read(std::vector<int64_t>{3, 0, 3});
  EXPECT_EQ(x.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::equal(x[1].flatten(), at::arange(64, at::kFloat) / 255));
  EXPECT_TRUE(at::equal(x[0], x[2]));
  EXPECT_TRUE(at::equal(source.labels(std::vector<int64_t>{3, 0}), at::tensor({3, 0}, at::kLong)));
  expect_error([&] { source.read(std::vector<int64_t>{4}); }, "datum 4 of 4");
  expect_error([&] { source.labels(std::vector<int64_t>{-1}); }, "datum -1");
}

}  // namespace
}  // namespace mdsm
