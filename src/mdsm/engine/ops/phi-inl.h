// The pointwise functions of networks, each written once: its value, its slope and its bend over any kind of number.
//
// Meant to be included inside a namespace, anew for every kind of number: tensors (ops/pointwise.cc), vectors of each
// instruction set (kernels/cpu/pointwise.cc), scalars (tests), a card's floats (kernels/cuda/). Hence no guard, no namespace
// and no headers: plain C++ that NVRTC reads as well (MDSM_PHI: what it wants before a function).
//
// N gives the numbers and their arithmetic:
//
//     N::Value             the type; N::number(c) is a constant
//     neg add sub mul      -a, a + b, a - b, a b
//     fma fnma             a b + c, c - a b
//     min max              of a and a constant b; NaN where a is NaN
//     negative             negative(a, b, c): b where a < 0, else c
//     exp expm1 log1p inverse    e^a, e^a - 1, ln(1 + a), 1/a; all but inverse may lose a NaN (Highway, float32): use the
//                                number itself too, as SiLU does, or keep_nan
// NOLINTBEGIN(performance-unnecessary-value-param): vectors and floats go by value
#ifndef MDSM_PHI
#define MDSM_PHI
#endif

/// y = x for x > 0, else e^x - 1. Clevert et al. 2016, arXiv:1511.07289.
struct Elu {
  static constexpr const char* kName = "elu";
  /// Whether slope and bend are functions of y, which saves keeping x, or of x.
  static constexpr bool kReadsOutput = true;

  template <class N> MDSM_PHI static typename N::Value phi(typename N::Value x) {
    return N::negative(x, N::expm1(N::min(x, N::number(0))), x);
  }
  /// phi' = min(y, 0) + 1
  template <class N> MDSM_PHI static typename N::Value slope(typename N::Value y) {
    return N::add(N::min(y, N::number(0)), N::number(1));
  }
  /// phi'' x_dot = y_dot where x < 0, which is where y < 0
  template <class N> MDSM_PHI static typename N::Value bend(typename N::Value y, typename N::Value y_dot) {
    return N::negative(y, y_dot, N::number(0));
  }
};

/// y = x / (1 + e^-x). Elfwing et al. 2018, arXiv:1702.03118.
struct Silu {
  static constexpr const char* kName = "silu";
  static constexpr bool kReadsOutput = false;

  /// g = 1/(1 + e^-x). e^87 is the largest that float32 holds with room to add 1.
  template <class N> MDSM_PHI static typename N::Value gate(typename N::Value x) {
    return N::inverse(N::add(N::number(1), N::exp(N::neg(N::max(x, N::number(-87))))));
  }
  template <class N> MDSM_PHI static typename N::Value phi(typename N::Value x) { return N::mul(x, gate<N>(x)); }
  /// phi' = g (1 + x (1-g))
  template <class N> MDSM_PHI static typename N::Value slope(typename N::Value x) {
    const typename N::Value g = gate<N>(x);
    return N::mul(g, N::fma(x, N::sub(N::number(1), g), N::number(1)));
  }
  /// phi'' x_dot = g (1-g) (2 + x (1-2g)) x_dot
  template <class N> MDSM_PHI static typename N::Value bend(typename N::Value x, typename N::Value x_dot) {
    const typename N::Value g = gate<N>(x);
    const typename N::Value inner = N::fma(x, N::fnma(N::number(2), g, N::number(1)), N::number(2));
    return N::mul(N::mul(N::mul(g, N::sub(N::number(1), g)), inner), x_dot);
  }
};

/// value + 0 x: NaN where x is NaN, whatever x is else.
template <class N> MDSM_PHI typename N::Value keep_nan(typename N::Value x, typename N::Value value) {
  return N::fma(N::min(N::max(x, N::number(-1)), N::number(1)), N::number(0), value);
}

/// -|x|, so that its exponential is at most 1.
template <class N> MDSM_PHI typename N::Value minus_magnitude(typename N::Value x) {
  return N::negative(x, x, N::neg(x));
}

/// y = 1 / (1 + e^-x)
struct Sigmoid {
  static constexpr const char* kName = "sigmoid";
  static constexpr bool kReadsOutput = true;

  template <class N> MDSM_PHI static typename N::Value phi(typename N::Value x) {
    return keep_nan<N>(x, Silu::gate<N>(x));
  }
  /// phi' = y (1-y)
  template <class N> MDSM_PHI static typename N::Value slope(typename N::Value y) {
    return N::mul(y, N::sub(N::number(1), y));
  }
  /// phi'' x_dot = (1-2y) y_dot
  template <class N> MDSM_PHI static typename N::Value bend(typename N::Value y, typename N::Value y_dot) {
    return N::mul(N::fnma(N::number(2), y, N::number(1)), y_dot);
  }
};

/// y = (e^x - e^-x) / (e^x + e^-x)
struct Tanh {
  static constexpr const char* kName = "tanh";
  static constexpr bool kReadsOutput = true;

  /// With t = e^(-2|x|) - 1, -|y| = t / (2 + t): no difference of near numbers at 0.
  template <class N> MDSM_PHI static typename N::Value phi(typename N::Value x) {
    const typename N::Value t = N::expm1(N::mul(N::number(2), minus_magnitude<N>(x)));
    const typename N::Value y = N::mul(t, N::inverse(N::add(N::number(2), t)));
    return keep_nan<N>(x, N::negative(x, y, N::neg(y)));
  }
  /// phi' = 1 - y^2
  template <class N> MDSM_PHI static typename N::Value slope(typename N::Value y) {
    return N::fnma(y, y, N::number(1));
  }
  /// phi'' x_dot = -2 y y_dot
  template <class N> MDSM_PHI static typename N::Value bend(typename N::Value y, typename N::Value y_dot) {
    return N::mul(N::mul(N::number(-2), y), y_dot);
  }
};

/// y = ln(1 + e^x)
struct Softplus {
  static constexpr const char* kName = "softplus";
  static constexpr bool kReadsOutput = false;

  /// max(x, 0) + ln(1 + e^-|x|)
  template <class N> MDSM_PHI static typename N::Value phi(typename N::Value x) {
    return N::add(N::max(x, N::number(0)), N::log1p(N::exp(minus_magnitude<N>(x))));
  }
  /// phi' = sigmoid(x)
  template <class N> MDSM_PHI static typename N::Value slope(typename N::Value x) { return Sigmoid::phi<N>(x); }
  template <class N> MDSM_PHI static typename N::Value bend(typename N::Value x, typename N::Value x_dot) {
    return N::mul(Sigmoid::slope<N>(Sigmoid::phi<N>(x)), x_dot);
  }
};

/// y = max(x, 0). Its second derivative is 0 but at 0, where there is none: a network of it alone has a Hessian of its
/// heads only.
struct Relu {
  static constexpr const char* kName = "relu";
  static constexpr bool kReadsOutput = true;

  template <class N> MDSM_PHI static typename N::Value phi(typename N::Value x) { return N::max(x, N::number(0)); }
  /// 1 where y > 0, else 0; NaN where y is NaN
  template <class N> MDSM_PHI static typename N::Value slope(typename N::Value y) {
    return N::negative(N::neg(y), N::number(1), N::mul(y, N::number(0)));
  }
  template <class N> MDSM_PHI static typename N::Value bend(typename N::Value, typename N::Value y_dot) {
    return N::mul(N::min(N::max(y_dot, N::number(-1)), N::number(1)), N::number(0));
  }
};

// The passes of Pointwise (docs/derivations/engine.md, P1 to P4) over a function of the table. `read` is what it reads.

/// phi(x)
struct ForwardPass {
  static constexpr int kInputs = 1;
  template <class N, class Phi> MDSM_PHI static typename N::Value run(typename N::Value x) {
    return Phi::template phi<N>(x);
  }
};

/// phi' d
struct SlopePass {
  static constexpr int kInputs = 2;
  template <class N, class Phi> MDSM_PHI static typename N::Value run(typename N::Value read, typename N::Value d) {
    return N::mul(Phi::template slope<N>(read), d);
  }
};

/// phi' d + onto
struct SlopeOntoPass {
  static constexpr int kInputs = 3;
  template <class N, class Phi>
  MDSM_PHI static typename N::Value run(typename N::Value read, typename N::Value d, typename N::Value onto) {
    return N::fma(Phi::template slope<N>(read), d, onto);
  }
};

/// phi' y_bar_dot + phi'' x_dot y_bar
struct BendPass {
  static constexpr int kInputs = 4;
  template <class N, class Phi>
  MDSM_PHI static typename N::Value run(typename N::Value read, typename N::Value read_dot, typename N::Value y_bar,
                                        typename N::Value y_bar_dot) {
    return N::fma(Phi::template slope<N>(read), y_bar_dot, N::mul(Phi::template bend<N>(read, read_dot), y_bar));
  }
};

/// phi' y_bar_dot + phi'' x_dot y_bar + onto
struct BendOntoPass {
  static constexpr int kInputs = 5;
  template <class N, class Phi>
  MDSM_PHI static typename N::Value run(typename N::Value read, typename N::Value read_dot, typename N::Value y_bar,
                                        typename N::Value y_bar_dot, typename N::Value onto) {
    return N::add(BendPass::run<N, Phi>(read, read_dot, y_bar, y_bar_dot), onto);
  }
};

/// The table. A function's place in it is its number in every kind of arithmetic.
template <class... Row> struct PhiTable {};
using Phis = PhiTable<Elu, Silu, Sigmoid, Tanh, Softplus, Relu>;
// NOLINTEND(performance-unnecessary-value-param)
