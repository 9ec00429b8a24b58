#include "mdsm/engine/ops/denoising_head.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

Tensor residual(const Tensors& zfs) { return zfs[0] - zfs[1].to(zfs[0].scalar_type()); }

}  // namespace

Shape DenoisingHead::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 3);
  require(x[0].size() >= 2 && x[1] == x[0] && x[2] == Shape{x[0][0]},
          "{}: inputs of shapes {}, {} and {} (expected z (B, ...), f like z, s (B)).", name(), to_text(x[0]),
          to_text(x[1]), to_text(x[2]));
  return {x[0][0]};
}

// (D1)
Tensor DenoisingHead::run_forward(Point& at) const {
  const Tensor r = residual(at.x);
  return 0.5 * at.x[2] * at.x[2] * sum_per_datum(r * r);
}

// (D2)
Tensors DenoisingHead::run_backward(const Point& at, const Tensor& e_bar, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return Tensors(3);
  const Tensor r = residual(at.x);
  const Tensor& s = at.x[2];
  const Tensor r_bar = per_datum(e_bar * s * s, r) * r;
  return {r_bar, -r_bar.to(at.x[1].scalar_type()), e_bar * s * sum_per_datum(r * r)};
}

// (D3)
Tensor DenoisingHead::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  const Tensor r = residual(at.x);
  const Tensor r_dot = residual(x_dot);
  const Tensor& s = at.x[2];
  return s * x_dot[2] * sum_per_datum(r * r) + s * s * sum_per_datum(r * r_dot);
}

// (D4)
Tensors DenoisingHead::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& e_bar,
                                            const Tensor& e_bar_dot, const InputAdjoints& inputs, Grads*) const {
  if (inputs.skipped()) return Tensors(3);
  const Tensor r = residual(at.x);
  const Tensor r_dot = residual(dot.x);
  const Tensor& s = at.x[2];
  const Tensor& s_dot = dot.x[2];
  const Tensor r_bar_dot =
      per_datum(e_bar_dot * s * s + 2 * e_bar * s * s_dot, r) * r + per_datum(e_bar * s * s, r) * r_dot;
  return {r_bar_dot, -r_bar_dot.to(at.x[1].scalar_type()),
          (e_bar_dot * s + e_bar * s_dot) * sum_per_datum(r * r) + 2 * e_bar * s * sum_per_datum(r * r_dot)};
}

}  // namespace mdsm
