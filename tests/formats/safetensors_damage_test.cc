#include <sys/resource.h>

#include <fstream>

#include "mdsm/formats/safetensors.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::read_bytes;
using testing::TempDir;
using testing::write_bytes;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kLimits = false;  // the sanitizer ends the process where memory is refused
#else
constexpr bool kLimits = true;
#endif

/// The process may not grow by more than `bytes`: a large allocation then fails, even of memory that is never touched.
class MemoryLimit {
 public:
  explicit MemoryLimit(int64_t bytes) {
    std::ifstream status("/proc/self/status");
    int64_t in_use = 0;
    for (std::string word; status >> word;) {
      if (word == "VmData:") status >> in_use;
    }
    getrlimit(RLIMIT_DATA, &old_);
    const rlimit limit{static_cast<rlim_t>(in_use * 1024 + bytes), old_.rlim_max};
    if (kLimits) setrlimit(RLIMIT_DATA, &limit);
  }
  ~MemoryLimit() { setrlimit(RLIMIT_DATA, &old_); }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

 private:
  rlimit old_{};
};

std::string file_of(uint64_t length, const std::string& rest) {
  return std::string(reinterpret_cast<const char*>(&length), sizeof(length)) + rest;
}

std::string file_of(const std::string& json, size_t data_bytes) {
  return file_of(json.size(), json + std::string(data_bytes, '\1'));
}

/// Both readers reject the bytes with this text, and without a large allocation.
void expect_damaged(const std::string& bytes, const std::string& part) {
  const TempDir folder;
  write_bytes(folder / "x", bytes);
  SCOPED_TRACE(bytes.substr(0, 300));
  const MemoryLimit limit(int64_t{64} << 20);
  expect_error([&] { read_safetensors(folder / "x"); }, part);
  expect_error([&] { read_safetensors_header(folder / "x"); }, part);
}

/// One F32 tensor `t`, with these fields, over `data_bytes` bytes.
std::string one_tensor(const std::string& fields, size_t data_bytes = 8) {
  return file_of("{\"t\":{" + fields + "}}", data_bytes);
}

TEST(SafeTensorsDamage, TheMemoryLimitOfThisTestWorks) {
  if (!kLimits) GTEST_SKIP() << "the address sanitizer does not let memory be refused";
  const MemoryLimit limit(int64_t{64} << 20);
  EXPECT_THROW(std::vector<char>(size_t{256} << 20), std::bad_alloc);
}

TEST(SafeTensorsDamage, EveryPrefixOfAFile) {
  const TempDir folder;
  write_safetensors(folder / "x", {{{"a", at::ones({3})}, {"b", at::ones({5}, at::kByte)}}, {{"k", "v"}}});
  const std::string bytes = read_bytes(folder / "x");
  for (size_t size = 0; size < bytes.size(); ++size) expect_damaged(bytes.substr(0, size), "x'");
  expect_damaged(bytes + "x", "end at byte 17 of 18");
}

// Every byte of a small file set to a few others: it reads or it is an Error, never anything else.
TEST(SafeTensorsDamage, EveryByteChanged) {
  const TempDir folder;
  write_safetensors(folder / "x", {{{"a", at::ones({2})}, {"b", at::ones({3}, at::kBool)}}, {{"k", "v"}}});
  const std::string bytes = read_bytes(folder / "x");
  const MemoryLimit limit(int64_t{64} << 20);
  int rejected = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const char value : {'\0', '"', '9', '-', '}', '[', ',', '\xff'}) {
      std::string changed = bytes;
      changed[at] = value;
      write_bytes(folder / "y", changed);
      try {
        read_safetensors(folder / "y");
      } catch (const Error& error) {
        ++rejected;
        EXPECT_EQ(error.fault(), Fault::request) << error.what();
      }
    }
  }
  EXPECT_GT(rejected, static_cast<int>(bytes.size())) << "hardly anything was rejected";
}

TEST(SafeTensorsDamage, HeaderLength) {
  expect_damaged("", "has 0 bytes");
  expect_damaged(file_of(3, "{}"), "ends within its header");
  expect_damaged(file_of(100'000'001, "{}"), "the limit is 100000000");
  expect_damaged(file_of(std::numeric_limits<uint64_t>::max(), "{}"), "the limit is 100000000");
  expect_damaged(file_of(uint64_t{1} << 63, "{}"), "the limit is 100000000");
  expect_damaged(file_of(99'000'000, "{}"), "ends within its header");
  expect_damaged(file_of(0, ""), "does not begin with '{'");
}

TEST(SafeTensorsDamage, Json) {
  expect_damaged(file_of("[]", 0), "does not begin with '{'");
  expect_damaged(file_of(" {}", 0), "does not begin with '{'");
  expect_damaged(file_of("{", 0), "not valid JSON");
  expect_damaged(file_of("{}}", 0), "not valid JSON");
  expect_damaged(file_of(std::string("{}\0", 3), 0), "zero byte");
  expect_damaged(file_of("{\"\xff\":1}", 0), "not valid JSON");
  expect_damaged(file_of("{\"a\":1e999}", 0), "out of range");
  expect_damaged(file_of("{\"a\":" + std::string(1'000'000, '['), 0), "nests too deeply");
}

TEST(SafeTensorsDamage, WrongTypes) {
  expect_damaged(file_of(R"({"t":1})", 0), "described by number");
  expect_damaged(file_of(R"({"t":null})", 0), "described by null");
  expect_damaged(file_of(R"({"__metadata__":[]})", 0), "__metadata__ is array");
  expect_damaged(file_of(R"({"__metadata__":{"a":1}})", 0), "holds number for 'a'");
  expect_damaged(one_tensor(R"("shape":[2],"data_offsets":[0,8])"), "no 'dtype'");
  expect_damaged(one_tensor(R"("dtype":7,"shape":[2],"data_offsets":[0,8])"), "no 'dtype' that is a text");
  expect_damaged(one_tensor(R"("dtype":"F33","shape":[2],"data_offsets":[0,8])"), "Did you mean 'F32'?");
  expect_damaged(one_tensor(R"("dtype":"F32","data_offsets":[0,8])"), "no 'shape'");
  expect_damaged(one_tensor(R"("dtype":"F32","shape":2,"data_offsets":[0,8])"), "'shape' is not a list");
  expect_damaged(one_tensor(R"("dtype":"F32","shape":["2"],"data_offsets":[0,8])"), "'shape' holds \"2\"");
  expect_damaged(one_tensor(R"("dtype":"F32","shape":[2.0],"data_offsets":[0,8])"), "'shape' holds 2.0");
  expect_damaged(one_tensor(R"("dtype":"F32","shape":[2])"), "no 'data_offsets'");
  expect_damaged(one_tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0])"), "1 data offsets");
  expect_damaged(one_tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,4,8])"), "3 data offsets");
  std::string axes = "2";
  for (int axis = 0; axis < 64; ++axis) axes += ",1";
  expect_damaged(one_tensor(R"("dtype":"F32","shape":[)" + axes + R"(],"data_offsets":[0,8])"), "at most 64");
}

TEST(SafeTensorsDamage, SizesAndOffsets) {
  const auto tensor = [](const std::string& shape, const std::string& offsets, const std::string& type = "F32") {
    return one_tensor(R"("dtype":")" + type + R"(","shape":[)" + shape + R"(],"data_offsets":[)" + offsets + "]");
  };
  expect_damaged(tensor("3", "0,8"), "8 bytes for shape (3) of F32 (expected 12)");
  expect_damaged(tensor("2", "0,8", "F64"), "(expected 16)");
  expect_damaged(tensor("-2", "0,8"), "'shape' holds -2");
  expect_damaged(tensor("2", "-8,0"), "'data_offsets' holds -8");
  expect_damaged(tensor("2", "8,0"), "lies at bytes 8 to 0");
  expect_damaged(tensor("2", "4,12"), "lies at bytes 4 to 12 of 8");
  expect_damaged(tensor("2", "18446744073709551608,18446744073709551615"), "'data_offsets' holds 18446744073709551608");
  expect_damaged(tensor("2", "9223372036854775800,9223372036854775807"), "of 8");
  expect_damaged(tensor("18446744073709551616", "0,8"), "'shape' holds 1.844");
  expect_damaged(tensor("9223372036854775807", "0,8"), "overflows");
  expect_damaged(tensor("4294967296,4294967296", "0,8"), "overflows");
  expect_damaged(tensor("2147483648,2147483648,4", "0,8"), "overflows");
  expect_damaged(tensor("4611686018427387905", "0,4"), "overflows");
  expect_damaged(tensor("0,4294967296,4294967296", "0,0"), "overflows");
  expect_damaged(tensor("1099511627776", "0,4398046511104"), "lies at bytes 0 to 4398046511104 of 8");
  expect_damaged(tensor("1", "4,8"), "begins at byte 4");
  expect_damaged(tensor("1", "0,4"), "end at byte 4 of 8");
}

TEST(SafeTensorsDamage, OverlapsGapsAndRepeats) {
  const auto two = [](const std::string& first, const std::string& second, const std::string& names = "ab") {
    const std::string start = R"("dtype":"U8","shape":[4],"data_offsets":[)";
    return file_of(R"({")" + names.substr(0, 1) + R"(":{)" + start + first + R"(]},")" + names.substr(1) + R"(":{)" +
                       start + second + "]}}",
                   8);
  };
  const TempDir folder;
  write_bytes(folder / "x", two("4,8", "0,4"));
  EXPECT_EQ(read_safetensors(folder / "x").tensors[0].first, "b") << "any order in the header, bytes in order";
  expect_damaged(two("0,4", "0,4"), "tensor 'b' begins at byte 0 (the one before ends at 4)");
  expect_damaged(two("0,4", "2,6"), "tensor 'b' begins at byte 2 (the one before ends at 4)");
  expect_damaged(two("1,5", "4,8"), "tensor 'a' begins at byte 1 (the one before ends at 0)");
  expect_damaged(two("0,4", "4,8", "aa"), "names 'a' twice");
  expect_damaged(file_of(R"({"__metadata__":{"k":"1","k":"2"}})", 0), "names 'k' twice");
  expect_damaged(file_of(R"({"__metadata__":{},"__metadata__":{}})", 0), "names '__metadata__' twice");
}

TEST(SafeTensorsDamage, BytesThatAreNoTruthValue) {
  const TempDir folder;
  write_safetensors(folder / "x", {{{"mask", at::ones({4}, at::kBool)}}, {}});
  std::string bytes = read_bytes(folder / "x");
  bytes.back() = 2;
  write_bytes(folder / "x", bytes);
  expect_error([&] { read_safetensors(folder / "x"); }, "neither true nor false");
}

// A header that promises a terabyte over a sparse file that has it: the memory is missing, and that is said.
TEST(SafeTensorsDamage, MoreThanTheMemory) {
  if (!kLimits) GTEST_SKIP() << "the address sanitizer does not let memory be refused";
  const TempDir folder;
  write_bytes(folder / "x", one_tensor(R"("dtype":"U8","shape":[1099511627776],"data_offsets":[0,1099511627776])", 0));
  std::error_code error;
  const uint64_t size = read_bytes(folder / "x").size() + (uint64_t{1} << 40);
  std::filesystem::resize_file(folder / "x", size, error);
  if (error) GTEST_SKIP() << "the file system has no sparse files: " << error.message();
  const MemoryLimit limit(int64_t{64} << 20);
  expect_error([&] { read_safetensors(folder / "x"); }, "no memory for tensor 't'", Fault::failure);
}

}  // namespace
}  // namespace mdsm
