#include "mdsm/system/device.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/system/cuda.h"
#include "mdsm/system/own_library.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

bool has_driver() { return ::dlopen("libcuda.so.1", RTLD_NOW) != nullptr; }

TEST(CudaDevice, KnowsItsNames) {
  EXPECT_EQ(device_from_name("auto", "device"), c10::Device(c10::kCPU));
  EXPECT_EQ(device_from_name("cpu", "device"), c10::Device(c10::kCPU));
  for (const char* wrong : {"gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:1234", "CUDA"}) {
    testing::expect_error([&] { device_from_name(wrong, "device"); },
                          std::string("device = '") + wrong + "' (known: auto, cpu, cuda, cuda:N)");
  }
  testing::expect_error([] { device_from_name("cuda:N", "device"); }, "such as cuda:0");
}

TEST(CudaDevice, SaysThatThereIsNoDriver) {
  if (has_driver()) GTEST_SKIP() << "there is a driver";
  testing::expect_error([] { device_from_name("cuda", "device"); },
                        "device cuda: there is no NVIDIA driver here (libcuda.so.1: cannot open");
  testing::expect_error([] { device_from_name("cuda:7", "device"); }, "Use a machine with a card, or the CPU");
}

TEST(CudaDevice, TheLibraryNamesWhatItLacks) {
  const OwnLibrary library = own_library("cuda");
  if (library.path.empty()) GTEST_SKIP() << "built without CUDA";
  try {
    EXPECT_NE(load_own_library(library.path, kCudaLibrary, " Install it: ADVICE."), nullptr);
  } catch (const Error& error) {  // without the packages of a card
    EXPECT_THAT(error.what(), ::testing::HasSubstr("cannot open shared object file"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("Install it: ADVICE."));
    EXPECT_EQ(error.fault(), Fault::failure);
  }
}

TEST(CudaDevice, NoLibraryIsNoPath) {
  const OwnLibrary none = own_library("nowhere");
  EXPECT_EQ(none.file, "libmdsm_nowhere.so");
  EXPECT_TRUE(none.path.empty());
  testing::expect_error([] { load_own_library("/nowhere.so", "symbol", ""); }, "/nowhere.so: could not be loaded",
                        Fault::failure);
}

TEST(CudaDevice, IsTheCpuUntilItIsSet) {
  EXPECT_TRUE(compute_device().is_cpu());
  set_compute_device({c10::kCUDA, 2});
  EXPECT_EQ(compute_device(), c10::Device(c10::kCUDA, 2));
  set_compute_device(c10::kCPU);
  EXPECT_TRUE(compute_device().is_cpu());
}

}  // namespace
}  // namespace mdsm
