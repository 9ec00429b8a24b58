#include "mdsm/system/simd_limit.h"

#include <hwy/targets.h>

#include <cstdlib>

#include "mdsm/base/named.h"

namespace mdsm {
namespace {

const char* told() {
  const char* text = std::getenv("MDSM_SIMD");  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  return text == nullptr ? "" : text;
}

/// Before the first kernel chooses: at loading, for programs that never call set_up_process too.
[[gnu::constructor]] void disable_wider_targets() noexcept {
#if defined(__x86_64__)
  // A target's bit is lower the more it can do.
  const std::string_view name = told();
  if (name == "avx2") hwy::DisableTargets(HWY_AVX2 - 1);
  if (name == "sse4") hwy::DisableTargets(HWY_SSE4 - 1);
#endif
}

}  // namespace

SimdLimit simd_limit() {
  const std::string_view name = told();
  return name.empty()
             ? SimdLimit::none
             : static_cast<SimdLimit>(1 + index_of_name(name, {"avx2", "sse4"}, "the environment's MDSM_SIMD"));
}

}  // namespace mdsm
