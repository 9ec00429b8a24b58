#pragma once

#include <functional>

#include "mdsm/engine/op.h"

/// The four passes of an op as plain values: what check_op compares.
namespace mdsm::checking {

/// What goes into the four passes.
struct Feed {
  Tensors x;
  Tensors theta;  // as an energy stores them
  Tensors x_dot;
  Tensor y_bar;
  Tensor y_bar_dot;
  at::ScalarType compute = at::kDouble;
};

/// What comes out of them.
struct Passes {
  Tensor y;
  Tensor y_dot;
  Tensors x_bar;
  Tensors theta_bar;
  Tensors x_bar_dot;
  Tensors theta_bar_dot;
};

/// How the passes are run.
struct Mode {
  double start = 0;  ///< what theta_bar and theta_bar_dot hold before anything is added
  InputAdjoints wanted = InputAdjoints::wanted;
};

Passes run(const Op& op, const Feed& feed, const Mode& mode = {});

/// y alone.
Tensor forward(const Op& op, const Feed& feed);

/// The point and the direction that `feed` describes.
Point point_of(const Op& op, const Feed& feed, Keep keep);
Tangent tangent_of(const Op& op, const Feed& feed, const Tensor& y_dot);

/// `change` on every tensor; on a feed, on everything but theta.
Tensors map(const Tensors& tensors, const std::function<Tensor(const Tensor&)>& change);
Feed map(const Feed& feed, const std::function<Tensor(const Tensor&)>& change);

/// The feed rounded to a type, on a device: parameters stay float32 or wider, y_bar and y_bar_dot take the output's type.
Feed in_type(const Op& op, const Feed& feed, at::ScalarType type, at::Device device);
/// The same numbers in float64 on the CPU.
Feed in_float64(const Feed& feed);

/// base + step * direction
Tensors moved(const Tensors& base, const Tensors& direction, double step);

/// d/dt f(t) at 0 by central differences of sixth order, step eps^(1/7).
Tensors difference(const std::function<Tensors(double)>& f);

}  // namespace mdsm::checking
