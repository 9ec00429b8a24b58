// The pointwise kernels of a card: one a function of the table (phi-inl.h), a pass and a type of memory, named
// "silu_bend_bf16". NVRTC compiles this text at run time (compiled.cc); no build does.
#define MDSM_PHI __device__ __forceinline__
#include "phi-inl.h"
#include "numbers-inl.h"
#include "grid-inl.h"

#define MDSM_KERNEL(Phi, phi, Pass, pass, T, type)                                                            \
  extern "C" __global__ void __launch_bounds__(256) phi##_##pass##_##type(long long count, T* out,            \
                                                                          PassInputs<T> in) {                \
    run_thread<Pass, Phi>(static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x,                      \
                          static_cast<long long>(gridDim.x) * blockDim.x, count, out, in);                    \
  }
#define MDSM_PASSES(Phi, phi, T, type)                       \
  MDSM_KERNEL(Phi, phi, ForwardPass, forward, T, type)       \
  MDSM_KERNEL(Phi, phi, SlopePass, slope, T, type)           \
  MDSM_KERNEL(Phi, phi, SlopeOntoPass, slope_onto, T, type)  \
  MDSM_KERNEL(Phi, phi, BendPass, bend, T, type)             \
  MDSM_KERNEL(Phi, phi, BendOntoPass, bend_onto, T, type)
#define MDSM_FUNCTION(Phi, phi)           \
  MDSM_PASSES(Phi, phi, float, f32)       \
  MDSM_PASSES(Phi, phi, Bfloat16, bf16)

MDSM_FUNCTION(Elu, elu)
MDSM_FUNCTION(Silu, silu)
MDSM_FUNCTION(Sigmoid, sigmoid)
MDSM_FUNCTION(Tanh, tanh)
MDSM_FUNCTION(Softplus, softplus)
MDSM_FUNCTION(Relu, relu)
