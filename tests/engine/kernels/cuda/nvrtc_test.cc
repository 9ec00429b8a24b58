#include "mdsm/engine/kernels/cuda/nvrtc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "mdsm/base/error.h"
#include "mdsm/engine/kernels/cuda/compiled.h"
#include "mdsm/formats/file.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

/// Skips the test where there is no NVRTC: `make setup-test` installs it.
#define MDSM_NEEDS_NVRTC()                \
  try {                                   \
    static_cast<void>(Nvrtc::instance()); \
  } catch (const Error& missing) {        \
    GTEST_SKIP() << missing.what();       \
  }

template <class T> T read_at(const std::string& bytes, size_t place) {
  T value{};
  std::memcpy(&value, bytes.substr(place, sizeof(T)).data(), sizeof(T));
  return value;
}

/// Bytes of each section of an ELF file of 64 bits (System V ABI, chapter 4).
std::map<std::string, uint64_t> section_sizes(const std::string& elf) {
  if (elf.substr(0, 4) != "\177ELF") return {};
  const auto table = read_at<uint64_t>(elf, 40);
  const auto entry = read_at<uint16_t>(elf, 58), count = read_at<uint16_t>(elf, 60), names = read_at<uint16_t>(elf, 62);
  const auto texts = read_at<uint64_t>(elf, table + uint64_t{names} * entry + 24);
  std::map<std::string, uint64_t> sizes;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t header = table + i * entry;
    sizes[elf.c_str() + texts + read_at<uint32_t>(elf, header)] = read_at<uint64_t>(elf, header + 32);
  }
  return sizes;
}

TEST(Nvrtc, CompilesEveryPointwiseKernelForBothGenerations) {
  MDSM_NEEDS_NVRTC();
  for (const char* architecture : {"sm_80", "sm_90"}) {
    SCOPED_TRACE(architecture);
    const std::map<std::string, uint64_t> sizes = section_sizes(compile_pointwise_kernels(architecture));
    const std::vector<std::string> names = pointwise_kernel_names();
    EXPECT_EQ(names.size(), 60U);
    for (const std::string& name : names) {
      ASSERT_TRUE(sizes.contains(".text." + name)) << name;
      EXPECT_GE(sizes.at(".text." + name), 256U) << name;  // sixteen instructions
    }
  }
}

TEST(Nvrtc, SaysWhyASourceDoesNotCompile) {
  MDSM_NEEDS_NVRTC();
  const auto compile = [](const std::string& source, const std::string& architecture) {
    return Nvrtc::instance().compile("broken.cu", source, {{"given.h", "#define MDSM_GIVEN 1\n"}}, architecture);
  };
  EXPECT_FALSE(
      compile("#include \"given.h\"\nextern \"C\" __global__ void f(int* x) { *x = MDSM_GIVEN; }", "sm_90").empty());
  testing::expect_error([&] { compile("__global__ void f() { wrong(); }", "sm_90"); },
                        "identifier \"wrong\" is undefined", Fault::failure);
  testing::expect_error([&] { compile("", "sm_1"); }, "broken.cu", Fault::failure);
}

TEST(Nvrtc, KeepsWhatItCompiled) {
  MDSM_NEEDS_NVRTC();
  const testing::TempDir temp;
  const std::filesystem::path folder = temp.path() / "kernels";
  const std::string code = pointwise_kernels("sm_90", folder);
  ASSERT_FALSE(section_sizes(code).empty());
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  ASSERT_EQ(files.size(), 1U);
  const std::string whole = read_file(files[0]);

  const std::string damaged = whole.substr(0, whole.size() - 1);
  write_file_atomically(files[0], damaged);
  EXPECT_EQ(pointwise_kernels("sm_90", folder), code);
  EXPECT_EQ(read_file(files[0]), whole);
}

}  // namespace
}  // namespace mdsm
