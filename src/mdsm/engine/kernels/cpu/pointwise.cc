#include "mdsm/engine/kernels/cpu/pointwise.h"

#include <ATen/Parallel.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "mdsm/engine/kernels/cpu/pointwise.cc"
#include <hwy/foreach_target.h>
//
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "mdsm/engine/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mdsm::kernels::HWY_NAMESPACE {

HWY_INLINE FloatVector constant(float value) { return hn::Set(Floats(), value); }

/// e^x for x <= 88 or so: by Highway for float32. For bfloat16 a polynomial of degree 4 in the fraction of x / ln 2,
/// off by 4e-6 of its value, where bfloat16 rounds to 4e-3. Underflows to 1.2e-38 instead of 0, and NaN stays NaN,
/// which by Highway it does not.
template <class T> HWY_INLINE FloatVector exponential(FloatVector x) {
  if constexpr (sizeof(T) == 4) {
    return hn::Exp(Floats(), x);
  } else {
    const hn::RebindToSigned<Floats> whole;
    const FloatVector power = hn::Max(hn::Mul(x, constant(1.44269504F)), constant(-126));
    const FloatVector rounded = hn::Round(power);
    const FloatVector f = hn::Sub(power, rounded);
    const FloatVector high = hn::MulAdd(hn::MulAdd(constant(0.00967F), f, constant(0.0555F)), f, constant(0.2402265F));
    const FloatVector low = hn::MulAdd(hn::MulAdd(high, f, constant(0.6931472F)), f, constant(1));
    const auto exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(whole, rounded), hn::Set(whole, 127)));
    return hn::IfThenElse(hn::IsNaN(x), x, hn::Mul(low, hn::BitCast(Floats(), exponent)));
  }
}

/// 1/x: exact division for float32; for bfloat16 the processor's estimate (8 to 14 bits) and one step of Newton.
template <class T> HWY_INLINE FloatVector reciprocal(FloatVector x) {
  if constexpr (sizeof(T) == 4) return hn::Div(constant(1), x);
  const FloatVector estimate = hn::ApproximateReciprocal(x);
  return hn::Mul(estimate, hn::NegMulAdd(x, estimate, constant(2)));
}

#include "mdsm/engine/ops/phi-inl.h"

/// The arithmetic of phi-inl.h over lanes, as exact as memory of type T asks for.
template <class T> struct Lanes {
  using Value = FloatVector;
  static HWY_INLINE Value number(float c) { return constant(c); }
  static HWY_INLINE Value neg(Value a) { return hn::Neg(a); }
  static HWY_INLINE Value add(Value a, Value b) { return hn::Add(a, b); }
  static HWY_INLINE Value sub(Value a, Value b) { return hn::Sub(a, b); }
  static HWY_INLINE Value mul(Value a, Value b) { return hn::Mul(a, b); }
  static HWY_INLINE Value fma(Value a, Value b, Value c) { return hn::MulAdd(a, b, c); }
  static HWY_INLINE Value fnma(Value a, Value b, Value c) { return hn::NegMulAdd(a, b, c); }
  // x86 gives the second operand where one is NaN.
  static HWY_INLINE Value min(Value a, Value b) { return hn::Min(b, a); }
  static HWY_INLINE Value max(Value a, Value b) { return hn::Max(b, a); }
  static HWY_INLINE Value negative(Value a, Value b, Value c) {
    return hn::IfThenElse(hn::Lt(a, hn::Zero(Floats())), b, c);
  }
  static HWY_INLINE Value exp(Value a) { return exponential<T>(a); }
  /// By a difference off by 4e-6, far below bfloat16; float32 asks for Expm1.
  static HWY_INLINE Value expm1(Value a) {
    if constexpr (sizeof(T) == 2) return hn::Sub(exponential<T>(a), constant(1));
    else return hn::Expm1(Floats(), a);
  }
  static HWY_INLINE Value log1p(Value a) { return hn::Log1p(Floats(), a); }
  static HWY_INLINE Value inverse(Value a) { return reciprocal<T>(a); }
};

/// out[i] = Pass(in0[i], in1[i], ...) of a function of the table.
template <class Pass, class Function, class T, class... In> void pass_as(int64_t count, T* out, const In*... in) {
  static_assert(sizeof...(In) == Pass::kInputs);
  const auto one = [](auto... values) HWY_ATTR { return Pass::template run<Lanes<T>, Function>(values...); };
  transform(count, out, one, in...);
}

template <class Function, class T> void slope_as(const T* read, const T* d, const T* onto, T* out, int64_t count) {
  if (onto) pass_as<SlopeOntoPass, Function>(count, out, read, d, onto);
  else pass_as<SlopePass, Function>(count, out, read, d);
}

template <class Function, class T>
void bend_as(const T* read, const T* read_dot, const T* y_bar, const T* y_bar_dot, const T* onto, T* out,
             int64_t count) {
  if (onto) pass_as<BendOntoPass, Function>(count, out, read, read_dot, y_bar, y_bar_dot, onto);
  else pass_as<BendPass, Function>(count, out, read, read_dot, y_bar, y_bar_dot);
}

/// Calls run(row) for row number `phi` of the table.
template <class Run, class... Row> void with_row(size_t phi, PhiTable<Row...>, const Run& run) {
  size_t index = 0;
  static_cast<void>(((index++ == phi && (run(Row()), true)) || ...));
}

template <class T> void forward(size_t phi, const T* x, T* y, int64_t count) {
  with_row(phi, Phis(), [=]<class Row>(Row) { pass_as<ForwardPass, Row>(count, y, x); });
}

template <class T> void slope(size_t phi, const T* read, const T* d, const T* onto, T* out, int64_t count) {
  with_row(phi, Phis(), [=]<class Row>(Row) { slope_as<Row>(read, d, onto, out, count); });
}

template <class T>
void bend(size_t phi, const T* read, const T* read_dot, const T* y_bar, const T* y_bar_dot, const T* onto, T* out,
          int64_t count) {
  with_row(phi, Phis(), [=]<class Row>(Row) { bend_as<Row>(read, read_dot, y_bar, y_bar_dot, onto, out, count); });
}

using BFloat16 = c10::BFloat16;
void forward_f32(size_t phi, const float* x, float* y, int64_t n) { forward(phi, x, y, n); }
void forward_bf16(size_t phi, const BFloat16* x, BFloat16* y, int64_t n) { forward(phi, x, y, n); }
void slope_f32(size_t phi, const float* r, const float* d, const float* onto, float* out, int64_t n) {
  slope(phi, r, d, onto, out, n);
}
void slope_bf16(size_t phi, const BFloat16* r, const BFloat16* d, const BFloat16* onto, BFloat16* out, int64_t n) {
  slope(phi, r, d, onto, out, n);
}
void bend_f32(size_t phi, const float* r, const float* r_dot, const float* a, const float* a_dot, const float* onto,
              float* out, int64_t n) {
  bend(phi, r, r_dot, a, a_dot, onto, out, n);
}
void bend_bf16(size_t phi, const BFloat16* r, const BFloat16* r_dot, const BFloat16* a, const BFloat16* a_dot,
               const BFloat16* onto, BFloat16* out, int64_t n) {
  bend(phi, r, r_dot, a, a_dot, onto, out, n);
}

}  // namespace mdsm::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mdsm::kernels {
namespace {

HWY_EXPORT(forward_f32);
HWY_EXPORT(forward_bf16);
HWY_EXPORT(slope_f32);
HWY_EXPORT(slope_bf16);
HWY_EXPORT(bend_f32);
HWY_EXPORT(bend_bf16);

constexpr int64_t kGrain = 1 << 14;  // entries a task: below, starting a thread costs more than the loop

/// The data from `first` on; null for an undefined tensor.
template <class T> T* data(const Tensor& tensor, int64_t first) {
  return tensor.defined() ? tensor.data_ptr<T>() + first : nullptr;
}

/// Calls body(type tag, first, count) for slices of `like`, in parallel.
template <class Body> void over_slices(const Tensor& like, const Body& body) {
  at::parallel_for(0, like.numel(), kGrain, [&](int64_t first, int64_t last) {
    if (like.scalar_type() == at::kFloat) body(float(), first, last - first);
    else body(c10::BFloat16(), first, last - first);
  });
}

}  // namespace

bool fits_pointwise(const Tensors& tensors) {
  const Tensor& first = tensors[0];
  if (!first.device().is_cpu() || !first.is_non_overlapping_and_dense()) return false;
  if (first.scalar_type() != at::kFloat && first.scalar_type() != at::kBFloat16) return false;
  return std::all_of(tensors.begin(), tensors.end(), [&](const Tensor& t) {
    return !t.defined() || (t.device() == first.device() && t.scalar_type() == first.scalar_type() &&
                            t.sizes() == first.sizes() && t.strides() == first.strides());
  });
}

Tensor pointwise_forward(size_t phi, const Tensor& x) {
  Tensor y = at::empty_like(x);
  over_slices(y, [&](auto tag, int64_t i, int64_t n) {
    using T = decltype(tag);
    if constexpr (sizeof(T) == 4) HWY_DYNAMIC_DISPATCH(forward_f32)(phi, data<T>(x, i), data<T>(y, i), n);
    else HWY_DYNAMIC_DISPATCH(forward_bf16)(phi, data<T>(x, i), data<T>(y, i), n);
  });
  return y;
}

Tensor pointwise_slope(size_t phi, const Tensor& read, const Tensor& d, const Tensor& onto) {
  Tensor out = at::empty_like(d);
  over_slices(out, [&](auto tag, int64_t i, int64_t n) {
    using T = decltype(tag);
    const auto run = [&](auto kernel) {
      kernel(phi, data<T>(read, i), data<T>(d, i), data<T>(onto, i), data<T>(out, i), n);
    };
    if constexpr (sizeof(T) == 4) run(HWY_DYNAMIC_DISPATCH(slope_f32));
    else run(HWY_DYNAMIC_DISPATCH(slope_bf16));
  });
  return out;
}

Tensor pointwise_bend(size_t phi, const Tensor& read, const Tensor& read_dot, const Tensor& y_bar,
                      const Tensor& y_bar_dot, const Tensor& onto) {
  Tensor out = at::empty_like(y_bar);
  over_slices(out, [&](auto tag, int64_t i, int64_t n) {
    using T = decltype(tag);
    const auto run = [&](auto kernel) {
      kernel(phi, data<T>(read, i), data<T>(read_dot, i), data<T>(y_bar, i), data<T>(y_bar_dot, i), data<T>(onto, i),
             data<T>(out, i), n);
    };
    if constexpr (sizeof(T) == 4) run(HWY_DYNAMIC_DISPATCH(bend_f32));
    else run(HWY_DYNAMIC_DISPATCH(bend_bf16));
  });
  return out;
}

}  // namespace mdsm::kernels
#endif
