#include "mdsm/restore/classical.h"
#include "mdsm/restore/differences.h"

namespace mdsm {
namespace {

/// The graph Laplacian of the grid of pixels, with free ends.
Tensor laplacian(const Tensor& x) {
  return difference_adjoint(forward_difference(x, 2), 2) + difference_adjoint(forward_difference(x, 3), 3);
}

Tensor inner_product(const Tensor& a, const Tensor& b) { return per_datum(sum_per_datum(a * b), a); }

Tensor quotient(const Tensor& a, const Tensor& b) {
  return at::where(b > 0, a / at::where(b > 0, b, at::ones_like(b)), at::zeros_like(a));
}

}  // namespace

Tensor harmonic_fill(const Tensor& image, const Tensor& mask) {
  const Tensor known = mask.to(at::kDouble);
  const Tensor missing = 1 - known;
  const Tensor bound = image.to(at::kDouble) * known;
  Tensor x = at::zeros_like(bound);
  Tensor residual = -laplacian(bound) * missing;
  Tensor direction = residual.clone();
  Tensor square = inner_product(residual, residual);
  const Tensor enough = square * 1e-16;
  const int64_t most = image.size(1) * image.size(2) * image.size(3);
  for (int64_t i = 0; i < most; ++i) {
    const Tensor goes_on = square > enough;  // an image that is done does not wait for its neighbours
    if (!goes_on.any().item<bool>()) break;
    const Tensor mapped = laplacian(direction) * missing;
    const Tensor length = quotient(square, inner_product(direction, mapped)) * goes_on;
    x = x + length * direction;
    residual = residual - length * mapped;
    const Tensor next = inner_product(residual, residual);
    direction = residual + quotient(next, square) * direction;
    square = next;
  }
  return (bound + x).to(image.scalar_type());
}

}  // namespace mdsm
