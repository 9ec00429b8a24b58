#include "mdsm/engine/ops/fold.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

constexpr int64_t kSide = 3, kWide = 4;

/// Where tap k of the 3x3 kernel begins in the wide one, which has it at this row (column) and the next.
int64_t place(Fold fold, int64_t k) { return fold == Fold::upsample ? kSide - 1 - k : k; }
double factor(Fold fold) { return fold == Fold::mean_pool ? 0.25 : 1; }

/// One 3x3 kernel as a 4x4 one: (F1) or (F2).
template <class Plane, class T> std::array<T, 16> widened(Fold fold, const Plane& kernel) {
  std::array<T, 16> wide{};
  for (int64_t k = 0; k < kSide; ++k) {
    for (int64_t l = 0; l < kSide; ++l) {
      const T value = kernel[k][l] * static_cast<T>(factor(fold));
      T* corner = wide.data() + place(fold, k) * kWide + place(fold, l);
      corner[0] += value;
      corner[1] += value;
      corner[kWide] += value;
      corner[kWide + 1] += value;
    }
  }
  return wide;
}

/// (F3) for one kernel.
template <class Plane, class Wide> void add_narrowed(Fold fold, const Wide& wide, Plane out) {
  using T = std::remove_reference_t<decltype(out[0][0])>;
  for (int64_t k = 0; k < kSide; ++k) {
    for (int64_t l = 0; l < kSide; ++l) {
      const int64_t u = place(fold, k), v = place(fold, l);
      out[k][l] += static_cast<T>(factor(fold)) * (wide[u][v] + wide[u][v + 1] + wide[u + 1][v] + wide[u + 1][v + 1]);
    }
  }
}

template <class T, class Out> void widen_all(Fold fold, const Tensor& kernel, const Tensor& wide) {
  const auto from = kernel.accessor<T, 4>();
  auto to = wide.accessor<Out, 4>();
  at::parallel_for(0, wide.size(0), std::max<int64_t>(1, 1024 / wide.size(1)), [&](int64_t begin, int64_t end) {
    for (int64_t a = begin; a < end; ++a) {
      for (int64_t b = 0; b < wide.size(1); ++b) {
        const auto plane = fold == Fold::upsample ? from[b][a] : from[a][b];
        const auto values = widened<decltype(plane), T>(fold, plane);
        for (size_t t = 0; t < values.size(); ++t)
          to[a][b][static_cast<int64_t>(t) / kWide][static_cast<int64_t>(t) % kWide] = c10::convert<Out>(values[t]);
      }
    }
  });
}

}  // namespace

Tensor fold_kernel(Fold fold, const Tensor& kernel, at::ScalarType type) {
  if (fold == Fold::none) return channels_last(kernel.to(type));
  if (!kernel.is_cpu()) return channels_last(fold_kernel(fold, kernel.cpu(), type)).to(kernel.device());
  const bool up = fold == Fold::upsample;
  const Tensor wide = at::empty({kernel.size(up ? 1 : 0), kernel.size(up ? 0 : 1), kWide, kWide},
                                kernel.options().dtype(type), at::MemoryFormat::ChannelsLast);
  AT_DISPATCH_FLOATING_TYPES(kernel.scalar_type(), "fold_kernel", [&] {
    if (type == at::kBFloat16) widen_all<scalar_t, c10::BFloat16>(fold, kernel, wide);
    else widen_all<scalar_t, scalar_t>(fold, kernel, wide);
  });
  return channels_last(wide);
}

void add_unfolded(Fold fold, const Tensor& gradient, const Tensor& out) {
  require(fold != Fold::none && out.scalar_type() == gradient.scalar_type(),
          "add_unfolded: gradients of types {} and {}, fold {} (expected a fold and one type).",
          toString(gradient.scalar_type()), toString(out.scalar_type()), static_cast<int>(fold));
  if (!out.is_cpu()) {
    const Tensor sum = at::zeros_like(out, out.options().device(at::kCPU));
    add_unfolded(fold, gradient.cpu(), sum);
    out.add_(sum.to(out.device()));
    return;
  }
  AT_DISPATCH_FLOATING_TYPES(out.scalar_type(), "add_unfolded", [&] {
    const auto from = gradient.accessor<scalar_t, 4>();
    auto to = out.accessor<scalar_t, 4>();
    at::parallel_for(0, out.size(0), std::max<int64_t>(1, 1024 / out.size(1)), [&](int64_t begin, int64_t end) {
      for (int64_t o = begin; o < end; ++o) {
        for (int64_t i = 0; i < out.size(1); ++i)
          add_narrowed(fold, fold == Fold::upsample ? from[i][o] : from[o][i], to[o][i]);
      }
    });
  });
}

}  // namespace mdsm
