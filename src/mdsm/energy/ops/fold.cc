#include "mdsm/energy/ops/fold.h"

namespace mdsm {
namespace {

/// Full convolution of each 3x3 kernel with the 2x2 box: (.., .., 3, 3) -> (.., .., 4, 4).
Tensor with_box(const Tensor& kernel) {
  Tensor wide = at::zeros({kernel.size(0), kernel.size(1), 4, 4}, kernel.options());
  for (int64_t row : {0, 1}) {
    for (int64_t column : {0, 1}) wide.narrow(2, row, 3).narrow(3, column, 3).add_(kernel);
  }
  return wide;
}

/// The adjoint of with_box.
Tensor from_box(const Tensor& wide) {
  Tensor kernel = at::zeros({wide.size(0), wide.size(1), 3, 3}, wide.options());
  for (int64_t row : {0, 1}) {
    for (int64_t column : {0, 1}) kernel.add_(wide.narrow(2, row, 3).narrow(3, column, 3));
  }
  return kernel;
}

Tensor flipped_transpose(const Tensor& kernel) { return kernel.flip({2, 3}).transpose(0, 1); }

}  // namespace

Tensor fold_kernel(Fold fold, const Tensor& kernel) {
  switch (fold) {
    case Fold::mean_pool:
      return with_box(kernel) * 0.25;
    case Fold::upsample:
      return with_box(flipped_transpose(kernel));
    case Fold::none:
      break;
  }
  return kernel;
}

Tensor unfold_gradient(Fold fold, const Tensor& gradient) {
  if (fold == Fold::none) return gradient;
  const Tensor wide = gradient.scalar_type() == at::kDouble ? gradient : gradient.to(at::kFloat);
  return fold == Fold::mean_pool ? from_box(wide) * 0.25 : flipped_transpose(from_box(wide));
}

}  // namespace mdsm
