#include "mdsm/engine/check_passes.h"

namespace mdsm::checking {
namespace {

struct Accumulator {
  explicit Accumulator(const Tensors& theta, double start) {
    Parameters parameters;
    for (size_t i = 0; i < theta.size(); ++i) parameters.add(std::to_string(i), theta[i]);
    gradients = Gradients::zeros_like(parameters);
    for (size_t i = 0; i < theta.size(); ++i) {
      gradients.add(i, at::full_like(theta[i], start));
      places.push_back(i);
    }
  }
  Tensors values() const {
    Tensors result;
    for (size_t i = 0; i < gradients.size(); ++i) result.push_back(gradients[i]);
    return result;
  }

  Gradients gradients;
  std::vector<size_t> places;
};

}  // namespace

Point point_of(const Op& op, const Feed& feed, Keep keep) {
  Point at;
  at.keep = keep;
  at.x = feed.x;
  at.theta = op.prepare(feed.theta, feed.compute);
  return at;
}

Tensor forward(const Op& op, const Feed& feed) {
  Point at = point_of(op, feed, Keep::nothing);
  return op.forward(at);
}

Tangent tangent_of(const Op& op, const Feed& feed, const Tensor& y_dot) {
  switch (op.reads(Keep::linearization)) {
    case Reads::inputs:
      return {feed.x_dot, {}};
    case Reads::output:
      return {{}, y_dot};
    case Reads::nothing:
      break;
  }
  return {};
}

Passes run(const Op& op, const Feed& feed, const Mode& mode) {
  Passes out;
  Point at = point_of(op, feed, Keep::linearization);
  out.y = op.forward(at);
  Accumulator first(feed.theta, mode.start);
  Grads first_grads(first.gradients, first.places);
  out.x_bar = op.backward(at, feed.y_bar, mode.wanted, &first_grads);
  out.theta_bar = first.values();
  out.y_dot = op.tangent_forward(at, feed.x_dot);
  Accumulator second(feed.theta, mode.start);
  Grads second_grads(second.gradients, second.places);
  const bool bends = op.reads(Keep::linearization) != Reads::nothing;
  out.x_bar_dot = op.tangent_backward(at, tangent_of(op, feed, out.y_dot), bends ? feed.y_bar : Tensor(),
                                      feed.y_bar_dot, mode.wanted, &second_grads);
  out.theta_bar_dot = second.values();
  return out;
}

Tensors map(const Tensors& tensors, const std::function<Tensor(const Tensor&)>& change) {
  Tensors result;
  for (const Tensor& tensor : tensors) result.push_back(change(tensor));
  return result;
}

Feed map(const Feed& feed, const std::function<Tensor(const Tensor&)>& change) {
  return {map(feed.x, change),    feed.theta,  map(feed.x_dot, change), change(feed.y_bar),
          change(feed.y_bar_dot), feed.compute};
}

Feed in_type(const Op& op, const Feed& feed, at::ScalarType type, at::Device device) {
  const at::ScalarType master = type == at::kDouble ? at::kDouble : at::kFloat;
  Feed narrow = map(feed, [&](const Tensor& t) { return t.to(device, type); });
  narrow.theta = map(feed.theta, [&](const Tensor& t) { return t.to(type).to(device, master); });
  narrow.compute = type;
  narrow.y_bar = feed.y_bar.to(device, forward(op, narrow).scalar_type());
  narrow.y_bar_dot = feed.y_bar_dot.to(narrow.y_bar.options());
  return narrow;
}

Feed in_float64(const Feed& feed) {
  const auto widen = [](const Tensor& t) { return t.to(at::kCPU, at::kDouble); };
  Feed wide = map(feed, widen);
  wide.theta = map(feed.theta, widen);
  wide.compute = at::kDouble;
  return wide;
}

Tensors moved(const Tensors& base, const Tensors& direction, double step) {
  Tensors result;
  for (size_t i = 0; i < base.size(); ++i) result.push_back(base[i] + step * direction[i]);
  return result;
}

Tensors difference(const std::function<Tensors(double)>& f) {
  const double h = std::pow(std::numeric_limits<double>::epsilon(), 1.0 / 7);
  Tensors result;
  const std::array<double, 3> weights{45, -9, 1};
  for (size_t k = 0; k < 3; ++k) {
    const double step = static_cast<double>(k + 1) * h;
    const Tensors ahead = f(step);
    const Tensors behind = f(-step);
    for (size_t i = 0; i < ahead.size(); ++i) {
      const Tensor term = (ahead[i] - behind[i]) * (weights.at(k) / (60 * h));
      if (k == 0) result.push_back(term);
      else result[i] = result[i] + term;
    }
  }
  return result;
}

}  // namespace mdsm::checking
