// Numbers of a card: float32 arithmetic over float32 or bfloat16 memory. NVRTC compiles this for a card; the host compiles
// the same lines for the tests, with what differs on a card between #ifdef __CUDA_ARCH__.
//
// Included inside a namespace after phi-inl.h's macro MDSM_PHI is set: no guard, no headers. NVRTC is told not to contract
// a product and a sum (nvrtc.cc), so that only fma() rounds once, there as here.
#ifdef __CUDA_ARCH__
#define MDSM_MATH(name) ::name##f
#else
#define MDSM_MATH(name) std::name
#endif

/// The upper half of a float32.
struct Bfloat16 {
  unsigned short bits;
};

MDSM_PHI float widen(float value) { return value; }

MDSM_PHI float widen(Bfloat16 value) {
  const unsigned int bits = static_cast<unsigned int>(value.bits) << 16;
#ifdef __CUDA_ARCH__
  return __uint_as_float(bits);
#else
  return std::bit_cast<float>(bits);
#endif
}

template <class T> MDSM_PHI T narrow(float value);

template <> MDSM_PHI float narrow<float>(float value) { return value; }

/// To nearest, ties to even; NaN stays NaN.
template <> MDSM_PHI Bfloat16 narrow<Bfloat16>(float value) {
#ifdef __CUDA_ARCH__
  unsigned short rounded;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(rounded) : "f"(value));  // sm_80 and later
  return {rounded};
#else
  const unsigned int bits = std::bit_cast<unsigned int>(value);
  if (value != value) return {static_cast<unsigned short>((bits >> 16) | 0x40)};
  return {static_cast<unsigned short>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16)};
#endif
}

/// The arithmetic of phi-inl.h over one float.
struct OneFloat {
  using Value = float;
  MDSM_PHI static float number(float c) { return c; }
  MDSM_PHI static float neg(float a) { return -a; }
  MDSM_PHI static float add(float a, float b) { return a + b; }
  MDSM_PHI static float sub(float a, float b) { return a - b; }
  MDSM_PHI static float mul(float a, float b) { return a * b; }
  MDSM_PHI static float fma(float a, float b, float c) { return MDSM_MATH(fma)(a, b, c); }
  MDSM_PHI static float fnma(float a, float b, float c) { return MDSM_MATH(fma)(-a, b, c); }
  MDSM_PHI static float min(float a, float b) { return b < a ? b : a; }
  MDSM_PHI static float max(float a, float b) { return a < b ? b : a; }
  MDSM_PHI static float negative(float a, float b, float c) { return a < 0 ? b : c; }
  MDSM_PHI static float exp(float a) { return MDSM_MATH(exp)(a); }
  MDSM_PHI static float expm1(float a) { return MDSM_MATH(expm1)(a); }
  MDSM_PHI static float log1p(float a) { return MDSM_MATH(log1p)(a); }
  MDSM_PHI static float inverse(float a) { return 1 / a; }
};
