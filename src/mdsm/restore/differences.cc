#include "mdsm/restore/differences.h"

namespace mdsm {

Tensor forward_difference(const Tensor& x, int64_t axis) {
  const int64_t n = x.size(axis);
  Tensor out = at::zeros_like(x);
  out.narrow(axis, 0, n - 1).copy_(x.narrow(axis, 1, n - 1) - x.narrow(axis, 0, n - 1));
  return out;
}

Tensor difference_adjoint(const Tensor& p, int64_t axis) {
  const int64_t n = p.size(axis);
  Tensor out = at::zeros_like(p);
  out.narrow(axis, 1, n - 1).add_(p.narrow(axis, 0, n - 1));
  out.narrow(axis, 0, n - 1).sub_(p.narrow(axis, 0, n - 1));
  return out;
}

}  // namespace mdsm
