// The one loop of the pointwise kernels of a card, over sixteen bytes at a time: what a thread of the grid does, as a plain
// function of its number, so that the host runs the same lines for every thread (tests).
//
// Tensors are dense and laid out alike (channels last), so a pass is a loop over their memory in the order it lies in.
// Included inside a namespace after phi-inl.h and numbers-inl.h.

/// What a thread reads or writes at once: eight channels of bfloat16, four of float32.
template <class T> struct alignas(16) Packet {
  static constexpr int kCount = static_cast<int>(16 / sizeof(T));
  T at[16 / sizeof(T)];
};

/// Where the inputs of a pass begin, at a multiple of sixteen bytes; those that it has none of are null.
template <class T> struct PassInputs {
  static constexpr int kMost = 5;
  const T* at[kMost];
};

template <class Pass, class Phi> MDSM_PHI float run_pass(const float* in) {
  if constexpr (Pass::kInputs == 1) return Pass::template run<OneFloat, Phi>(in[0]);
  else if constexpr (Pass::kInputs == 2) return Pass::template run<OneFloat, Phi>(in[0], in[1]);
  else if constexpr (Pass::kInputs == 3) return Pass::template run<OneFloat, Phi>(in[0], in[1], in[2]);
  else if constexpr (Pass::kInputs == 4) return Pass::template run<OneFloat, Phi>(in[0], in[1], in[2], in[3]);
  else return Pass::template run<OneFloat, Phi>(in[0], in[1], in[2], in[3], in[4]);
}

/// Thread `thread` of `threads`: every packet whose number leaves that remainder, then its share of the entries that fill
/// no packet.
template <class Pass, class Phi, class T>
MDSM_PHI void run_thread(long long thread, long long threads, long long count, T* out, const PassInputs<T>& in) {
  constexpr int kCount = Packet<T>::kCount;
  const long long packets = count / kCount;
  float values[PassInputs<T>::kMost];
  for (long long p = thread; p < packets; p += threads) {
    Packet<T> from[Pass::kInputs], result;
    for (int k = 0; k < Pass::kInputs; ++k) from[k] = reinterpret_cast<const Packet<T>*>(in.at[k])[p];
    for (int i = 0; i < kCount; ++i) {
      for (int k = 0; k < Pass::kInputs; ++k) values[k] = widen(from[k].at[i]);
      result.at[i] = narrow<T>(run_pass<Pass, Phi>(values));
    }
    reinterpret_cast<Packet<T>*>(out)[p] = result;
  }
  for (long long i = packets * kCount + thread; i < count; i += threads) {
    for (int k = 0; k < Pass::kInputs; ++k) values[k] = widen(in.at[k][i]);
    out[i] = narrow<T>(run_pass<Pass, Phi>(values));
  }
}
