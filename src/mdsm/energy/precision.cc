#include "mdsm/energy/precision.h"

#include "mdsm/base/named.h"
#include "mdsm/system/simd_limit.h"

namespace mdsm {

const std::vector<std::string>& precision_names() {
  static const std::vector<std::string> names{"auto", "fp32", "bf16"};
  return names;
}

Precision precision_from_name(const std::string& name) {
  return static_cast<Precision>(index_of_name(name, precision_names(), "precision"));
}

const std::string& precision_name(Precision precision) { return precision_names().at(static_cast<size_t>(precision)); }

bool has_fast_bfloat16() {
#if defined(__x86_64__)
  static const bool has =
      simd_limit() == SimdLimit::none && (__builtin_cpu_supports("avx512bf16") || __builtin_cpu_supports("amx-bf16"));
  return has;
#else
  return false;
#endif
}

at::ScalarType arithmetic_type(Precision precision) {
  require(precision != Precision::automatic, "arithmetic_type: 'auto' is no type. Resolve it first.");
  return precision == Precision::bf16 ? at::kBFloat16 : at::kFloat;
}

}  // namespace mdsm
