#include "mdsm/system/simd_limit.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "mdsm/system/runtime.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

TEST(SimdLimit, IsAWordOfTheEnvironment) {
  const char* before = std::getenv("MDSM_SIMD");
  const std::string kept = before == nullptr ? "" : before;
  setenv("MDSM_SIMD", "avx2", 1);
  EXPECT_EQ(simd_limit(), SimdLimit::avx2);
  setenv("MDSM_SIMD", "sse4", 1);
  EXPECT_EQ(simd_limit(), SimdLimit::sse4);
  setenv("MDSM_SIMD", "avx3", 1);
  testing::expect_error([] { set_up_process(); }, "MDSM_SIMD = 'avx3' (known: avx2, sse4). Did you mean 'avx2'?");
  setenv("MDSM_SIMD", "", 1);
  EXPECT_EQ(simd_limit(), SimdLimit::none);
  setenv("MDSM_SIMD", kept.c_str(), 1);
}

}  // namespace
}  // namespace mdsm
