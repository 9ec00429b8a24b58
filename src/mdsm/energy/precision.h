#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// The type in which convolutions, and what lies between them, are computed. Weights, heads, losses, gradients of
/// weights and the optimiser are float32 in either.
enum class Precision {
  automatic,  ///< bf16 where that is faster: networks of convolutions, on a CPU with bfloat16 instructions; else fp32
  fp32,
  bf16,  ///< anywhere; emulated, and slow, on a CPU without the instructions
};

/// {"auto", "fp32", "bf16"}
const std::vector<std::string>& precision_names();
/// \throws Error that names the nearest name
Precision precision_from_name(const std::string& name);
const std::string& precision_name(Precision precision);

/// Whether this CPU multiplies bfloat16 (avx512_bf16 or amx_bf16).
bool has_fast_bfloat16();

/// kFloat or kBFloat16.
/// \throws Error for Precision::automatic, which must be resolved before
at::ScalarType arithmetic_type(Precision precision);

}  // namespace mdsm
