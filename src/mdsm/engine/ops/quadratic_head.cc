#include "mdsm/engine/ops/quadratic_head.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

/// The factors at h: p = a.h + b1, q = c.h + b2, as columns (B, 1).
struct Factors {
  Tensor h;  // (B, n)
  Tensor p;
  Tensor q;
};

enum Parameter : size_t { a, b1, c, b2, d, b3 };

Factors factors(const Point& at) {
  const Tensor h = flat_features(at.x[0]);
  return {h, h.mm(at.theta[a].t()) + at.theta[b1], h.mm(at.theta[c].t()) + at.theta[b2]};
}

}  // namespace

std::string QuadraticHead::name() const { return fmt::format("quadratic head of {}", features_); }

std::vector<Shape> QuadraticHead::parameter_shapes() const {
  return {{1, features_}, {1}, {1, features_}, {1}, {1, features_}, {1}};
}

Shape QuadraticHead::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_features(name(), x[0], features_);
  return {x[0][0]};
}

// (Q1)
Tensor QuadraticHead::run_forward(Point& at) const {
  const auto [h, p, q] = factors(at);
  return (p * q + (h * h).mm(at.theta[d].t()) + at.theta[b3]).squeeze(1);
}

// (Q2), and theta_bar
Tensors QuadraticHead::run_backward(const Point& at, const Tensor& e_bar, const InputAdjoints& inputs,
                                    Grads* grads) const {
  const auto [h, p, q] = factors(at);
  const Tensor e = e_bar.unsqueeze(1);
  if (grads) {
    grads->add(a, (e * q).t().mm(h));
    grads->add(b1, (e * q).sum(0));
    grads->add(c, (e * p).t().mm(h));
    grads->add(b2, (e * p).sum(0));
    grads->add(d, e.t().mm(h * h));
    grads->add(b3, e.sum(0));
  }
  if (inputs.skipped()) return {Tensor()};
  return {like_input(e * (q * at.theta[a] + p * at.theta[c] + 2 * at.theta[d] * h), at.x[0])};
}

// (Q3)
Tensor QuadraticHead::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  const auto [h, p, q] = factors(at);
  const Tensor h_dot = flat_features(x_dot[0]);
  const Tensor p_dot = h_dot.mm(at.theta[a].t());
  const Tensor q_dot = h_dot.mm(at.theta[c].t());
  return (p_dot * q + p * q_dot + 2 * (h * h_dot).mm(at.theta[d].t())).squeeze(1);
}

// (Q4)
Tensors QuadraticHead::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& e_bar,
                                            const Tensor& e_bar_dot, const InputAdjoints& inputs, Grads* grads) const {
  const auto [h, p, q] = factors(at);
  const Tensor h_dot = flat_features(dot.x[0]);
  const Tensor e = e_bar.unsqueeze(1);
  const Tensor e_dot = e_bar_dot.unsqueeze(1);
  const Tensor ep = e * p;
  const Tensor eq = e * q;
  const Tensor ep_dot = e_dot * p + e * h_dot.mm(at.theta[a].t());
  const Tensor eq_dot = e_dot * q + e * h_dot.mm(at.theta[c].t());
  if (grads) {
    grads->add(a, eq_dot.t().mm(h) + eq.t().mm(h_dot));
    grads->add(b1, eq_dot.sum(0));
    grads->add(c, ep_dot.t().mm(h) + ep.t().mm(h_dot));
    grads->add(b2, ep_dot.sum(0));
    grads->add(d, e_dot.t().mm(h * h) + 2 * e.t().mm(h * h_dot));
    grads->add(b3, e_dot.sum(0));
  }
  if (inputs.skipped()) return {Tensor()};
  const Tensor bend = 2 * at.theta[d] * (e_dot * h + e * h_dot);
  return {like_input(eq_dot * at.theta[a] + ep_dot * at.theta[c] + bend, at.x[0])};
}

}  // namespace mdsm
