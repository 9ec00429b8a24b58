// Reading a set takes at most 1.2 times the memory that it is kept in, whatever its format.
#include <gtest/gtest.h>

#include <functional>

#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "support/make_archive.h"
#include "support/peak_memory.h"
#include "support/run_program.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using testing::make_archive;
using testing::PackedFile;
using testing::TempDir;
using testing::write_bytes;

constexpr int64_t kSmall = int64_t{4} << 20;
constexpr int64_t kLarge = int64_t{36} << 20;
constexpr int64_t kPixels = 3 * 32 * 32;

/// Values that vary, but that compress well.
Tensor bytes_of(const Shape& shape) {
  return at::arange(element_count(shape), at::kInt).bitwise_right_shift(4).to(at::kByte).view(shape);
}

std::string raw(const Tensor& x) { return {static_cast<const char*>(x.const_data_ptr()), x.nbytes()}; }

std::string big_endian(int64_t n) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift);
  return out;
}

/// A MAT file of level 5 holds elements: type, bytes, and these up to a multiple of 8.
std::string mat_element(int32_t type, std::string bytes) {
  const auto size = static_cast<int32_t>(bytes.size());
  bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
  return raw(at::tensor({type, size}, at::kInt)) + bytes;
}

std::string mat_variable(const std::string& name, const std::vector<int32_t>& dims, const std::string& bytes) {
  constexpr int32_t kInt8 = 1, kByte = 2, kInt32 = 5, kUint32 = 6, kMatrix = 14, kByteClass = 9;
  return mat_element(kMatrix, mat_element(kUint32, raw(at::tensor({kByteClass, 0}, at::kInt))) +
                                  mat_element(kInt32, raw(at::tensor(dims, at::kInt))) + mat_element(kInt8, name) +
                                  mat_element(kByte, bytes));
}

std::string svhn(int64_t count) {
  std::string header(128, ' ');
  header.replace(124, 4, std::string("\0\x01IM", 4));
  const auto n = static_cast<int32_t>(count);
  return header + mat_variable("X", {32, 32, 3, n}, raw(bytes_of({count * kPixels}))) +
         mat_variable("y", {n, 1}, std::string(static_cast<size_t>(count), '\1'));
}

/// CIFAR-10's five files with `count` images in all.
std::vector<PackedFile> cifar(int64_t count) {
  std::vector<PackedFile> files;
  for (int64_t k = 1; k <= 5; ++k) {
    Tensor records = bytes_of({count / 5, kPixels + 1});
    records.select(1, 0).fill_(k);
    files.push_back({fmt::format("cifar-10-batches-bin/data_batch_{}.bin", k), raw(records)});
  }
  return files;
}

/// PNG files of 256 x 256 pixels.
std::vector<PackedFile> pictures(int64_t count) {
  std::vector<PackedFile> files;
  for (int64_t i = 0; i < count; ++i)
    files.push_back({fmt::format("class/{:05}.png", i), encode_png(at::full({3, 256, 256}, i % 256, at::kByte))});
  return files;
}

/// A set that takes `bytes` of memory when it is read.
struct Format {
  const char* name;
  std::function<fs::path(const TempDir& folder, int64_t bytes)> write;
  std::vector<std::string> options = {};
};

fs::path npy(const TempDir& folder, const Tensor& x) {
  write_npy(folder / "x.npy", x);
  return folder / "x.npy";
}

std::vector<Format> formats() {
  const auto archive = [](const TempDir& folder, const char* name, const std::vector<PackedFile>& files) {
    make_archive(folder / name, files);
    return folder / name;
  };
  return {
      {"Images8Bit",
       [](const TempDir& f, int64_t n) {
         return npy(f, bytes_of({n / kPixels, 3, 32, 32}));
       }},
      {"ChannelsLast",
       [](const TempDir& f, int64_t n) {
         return npy(f, bytes_of({n / kPixels, 32, 32, 3}));
       }},
      {"FloatImages",
       [](const TempDir& f, int64_t n) {
         return npy(f, at::rand({n / 4096, 32, 32}));
       }},
      {"Vectors",
       [](const TempDir& f, int64_t n) {
         return npy(f, at::rand({n / 400, 100}));
       }},
      {"DoubleVectors",
       [](const TempDir& f, int64_t n) {
         return npy(f, at::rand({n / 400, 100}, at::kDouble));
       }},
      {"Npz",
       [](const TempDir& f, int64_t n) {
         write_npz(f / "x.npz", {{"x", bytes_of({n / 784, 28, 28})}, {"y", at::arange(n / 784).remainder(10)}});
         return f / "x.npz";
       }},
      {"Idx",
       [](const TempDir& f, int64_t n) {
         const std::string sizes = big_endian(n / 784) + big_endian(28) + big_endian(28);
         write_bytes(f / "x-idx3-ubyte", std::string("\0\0\x08\x03", 4) + sizes + raw(bytes_of({n / 784 * 784})));
         return f / "x-idx3-ubyte";
       }},
      {"IdxPadded",
       [](const TempDir& f, int64_t n) {
         const std::string sizes = big_endian(n / 1024) + big_endian(28) + big_endian(28);
         write_bytes(f / "x-idx3-ubyte", std::string("\0\0\x08\x03", 4) + sizes + raw(bytes_of({n / 1024 * 784})));
         return f / "x-idx3-ubyte";
       },
       {"--pad-to", "32"}},
      {"Cifar", [=](const TempDir& f, int64_t n) { return archive(f, "c.tar.gz", cifar(n / kPixels / 5 * 5)); }},
      {"Archive", [=](const TempDir& f, int64_t n) { return archive(f, "p.tar.gz", pictures(n / (64 * kPixels))); }},
      {"Folder",
       [](const TempDir& f, int64_t n) {
         fs::create_directory(f / "class");
         for (const PackedFile& file : pictures(n / (64 * kPixels))) write_bytes(f / file.name, file.bytes);
         return f.path();
       }},
      {"Svhn",
       [](const TempDir& f, int64_t n) {
         write_bytes(f / "train_32x32.mat", svhn(n / kPixels));
         return f / "train_32x32.mat";
       }},
  };
}

/// Bytes by which the peak of a command rises from a small set to a large one.
int64_t rise(const Format& format, std::vector<std::string> words, const std::string& before_path = {}) {
  const auto peak = [&](int64_t bytes) {
    const TempDir folder;
    std::vector<std::string> all = words;
    all.push_back(before_path + format.write(folder, bytes).string());
    all.insert(all.end(), {"-q", "--threads", "1"});
    const testing::Peak found = testing::peak_of_program(all);
    EXPECT_EQ(found.code, 0) << fmt::format("{}", fmt::join(all, " "));
    return found.bytes;
  };
  const int64_t small = peak(kSmall);
  return peak(kLarge) - small;
}

/// \param missed  whether the peak may lie elsewhere: a training's own memory is more than these sets
void expect_no_second_set(int64_t rise, bool missed = false) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps freed memory for a while: " << rise << " bytes say nothing";
#endif
  const auto bytes = static_cast<double>(kLarge - kSmall);
  EXPECT_LT(static_cast<double>(rise), 1.2 * bytes) << "a second copy of the set, or a part of one";
  if (missed) return;
  EXPECT_GT(static_cast<double>(rise), 0.9 * bytes) << "the peak was missed: this test measures nothing";
}

class MessagesOfMemoryOfSets : public ::testing::TestWithParam<Format> {};

TEST_P(MessagesOfMemoryOfSets, InspectHoldsOneCopy) {
  std::vector<std::string> words{"data", "inspect"};
  words.insert(words.end(), GetParam().options.begin(), GetParam().options.end());
  expect_no_second_set(rise(GetParam(), words));
}

INSTANTIATE_TEST_SUITE_P(Readers, MessagesOfMemoryOfSets, ::testing::ValuesIn(formats()),
                         [](const auto& each) { return each.param.name; });

// The same readers serve training; here, what comes after them.
TEST(MessagesOfMemoryOfTraining, HoldsOneCopyOfTheSet) {
  const TempDir run;
  const std::string quick = MDSM_SOURCE_DIR "/experiments/mnist-quick.toml";
  const std::vector<std::string> train{"train", quick,
                                       "--set", "data.pad_to=0",
                                       "--set", "energy.width=4",
                                       "--set", "energy.multipliers=[1,2,2]",
                                       "--set", "train.batch=8"};
  const Format idx = formats()[6];
  std::vector<std::string> dry = train;
  dry.insert(dry.end(), {"--dry-run", "--set"});
  expect_no_second_set(rise(idx, dry, "data.name="), /*missed=*/true);
  int64_t made = 0;
  std::vector<std::string> words = train;
  for (const char* word : {"--set", "train.steps=1", "--set", "train.sample_every=0", "--out"})
    words.emplace_back(word);
  const auto peak = [&](int64_t bytes) {
    const TempDir folder;
    std::vector<std::string> all = words;
    all.push_back((run / std::to_string(made++)).string());
    all.insert(all.end(), {"-q", "--threads", "1", "--set", "data.name=" + idx.write(folder, bytes).string()});
    const testing::Peak found = testing::peak_of_program(all);
    EXPECT_EQ(found.code, 0);
    return found.bytes;
  };
  const int64_t small = peak(kSmall);
  expect_no_second_set(peak(kLarge) - small, /*missed=*/true);
}

}  // namespace
}  // namespace mdsm
