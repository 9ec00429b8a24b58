#include "mdsm/energy/composed/tiled.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include "mdsm/base/alone.h"
#include "mdsm/base/error.h"

namespace mdsm {
namespace {

// Tiles a thread whose gradients are held until they are added up, and in all.
constexpr int64_t kAThread = 2, kAtOnce = 32;

Tensor window_of(const Tensor& x, const Window& at) {
  return x.narrow(-2, at.top, at.height).narrow(-1, at.left, at.width);
}

}  // namespace

/// What a tile gives: its part of E, and the gradient of that in the z that it sees and in s.
struct TiledEnergy::Terms {
  Tensor value;
  Tensor z_bar;
  Tensor s_bar;
};

TiledEnergy::TiledEnergy(TileNetwork network, const Shape& datum_shape, Parameters theta, const GraphOptions& options,
                         Watch watch)
    : network_(std::move(network)),
      datum_shape_(datum_shape),
      theta_(std::move(theta)),
      options_(options),
      watch_(std::move(watch)) {
  require(datum_shape_.size() == 3 && element_count(datum_shape_) >= 1,
          "energy: images of shape {} (expected (C, H, W)).", to_text(datum_shape_));
  require(!theta_.empty(), "energy of tiles: a network without parameters.");
  scale_ = std::make_unique<Program>(network_.scale(datum_shape_), Parameters{}, theta_[0].scalar_type());
  tiles_ = tiles_of(datum_shape_[1], datum_shape_[2], network_.rule);
  const at::ScalarType type = theta_[0].scalar_type();
  for (const Tile& tile : tiles_) {
    const Window own = tile.inside();
    const Shape seen{datum_shape_[0], tile.seen.height, tile.seen.width};
    const std::pair key{seen, Shape{own.top, own.left, own.height, own.width}};
    auto found = by_shape_.find(key);
    if (found == by_shape_.end()) {
      Program program(lowered_graph(network_.part(seen, own), type, options_), theta_, options_.arithmetic,
                      options_.conv_choice);
      found = by_shape_.emplace(key, std::move(program)).first;
    }
    programs_.push_back(&found->second);
  }
}

TiledEnergy::Prepared TiledEnergy::prepared() const {
  Prepared theta;
  for (const auto& [shape, program] : by_shape_) theta[&program] = program.prepare(theta_);
  return theta;
}

std::vector<TiledEnergy::Terms> TiledEnergy::terms(const Prepared& theta, const Tensor& z, const Tensor& s,
                                                   int64_t first, int64_t count, Keep keep) const {
  std::vector<Terms> all(static_cast<size_t>(count));
  each_alone(count, [&](int64_t i) {
    const auto [datum, tile] = place(first + i);
    const Program& program = *programs_[tile];
    const Tensor seen = window_of(z.narrow(0, datum, 1), tiles_[tile].seen).contiguous();
    Trace trace(program, theta.at(&program), {seen, s.narrow(0, datum, 1)}, keep, nullptr);
    Terms& out = all[static_cast<size_t>(i)];
    out.value = trace.value();
    if (keep == Keep::nothing) return;
    const Tensors bars = trace.backward();
    out.z_bar = bars.at(0);
    out.s_bar = bars.at(1);
  });
  return all;
}

Tensor TiledEnergy::checked(const Tensor& x) const {
  require_batch(x, datum_shape_, "energy");
  require(x.scalar_type() == theta_[0].scalar_type(),
          "energy: the input has type {} (the parameters have {}). Convert it.", toString(x.scalar_type()),
          toString(theta_[0].scalar_type()));
  return x.detach();
}

ValueAndGradient TiledEnergy::evaluate(const Tensor& x, Keep keep) const {
  const int64_t batch = x.size(0);
  const auto [s, s_x] = scale(x, keep);
  const Tensor each_s = s.view({batch, 1, 1, 1});
  const Tensor z = x / each_s;
  const Tensor value = at::zeros({batch}, x.options());
  const Tensor s_bar = at::zeros({batch}, x.options());
  Tensor z_bar = keep == Keep::nothing ? Tensor() : at::zeros(x.sizes(), x.options());
  const Prepared theta = prepared();
  const int64_t all = batch * static_cast<int64_t>(tiles_.size());
  const int64_t at_once = std::min(kAtOnce, kAThread * at::get_num_threads());
  for (int64_t first = 0; first < all; first += at_once) {
    watch_.update(first, all, "tiles");
    const std::vector<Terms> found = terms(theta, z, s, first, std::min(at_once, all - first), keep);
    for (int64_t i = 0; i < static_cast<int64_t>(found.size()); ++i) {  // in order: sums that never differ
      const Terms& at = found[static_cast<size_t>(i)];
      const auto [datum, tile] = place(first + i);
      value.narrow(0, datum, 1).add_(at.value);
      if (keep == Keep::nothing) continue;
      window_of(z_bar.narrow(0, datum, 1), tiles_[tile].seen).add_(at.z_bar);
      s_bar.narrow(0, datum, 1).add_(at.s_bar);
    }
  }
  watch_.update(all, all, "tiles");
  if (keep == Keep::nothing) return {value, {}};
  // (T2)
  const Tensor along = map_each_alone(z_bar * z, [](const Tensor& one) { return one.sum().view({1}); });
  const Tensor through_s = s_bar - along / s;
  return {value, z_bar.div_(each_s).add_(s_x * through_s.view({batch, 1, 1, 1}))};
}

ValueAndGradient TiledEnergy::scale(const Tensor& x, Keep keep) const {
  const int64_t batch = x.size(0);
  const Tensor s = at::empty({batch}, x.options());
  const Tensor s_x = keep == Keep::nothing ? Tensor() : at::empty_like(x);
  each_alone(batch, [&](int64_t i) {
    Trace trace(*scale_, Parameters{}, {x.narrow(0, i, 1)}, keep);
    s.narrow(0, i, 1).copy_(trace.value());
    if (keep != Keep::nothing) s_x.narrow(0, i, 1).copy_(trace.backward().at(0));
  });
  return {s, s_x};
}

std::pair<int64_t, size_t> TiledEnergy::place(int64_t index) const {
  const auto tiles = static_cast<int64_t>(tiles_.size());
  return {index / tiles, static_cast<size_t>(index % tiles)};
}

Tensor TiledEnergy::value(const Tensor& x) const {
  const at::NoGradGuard no_graph;
  return evaluate(checked(x), Keep::nothing).value;
}

ValueAndGradient TiledEnergy::value_and_gradient(const Tensor& x) const {
  const at::NoGradGuard no_graph;
  return evaluate(checked(x), Keep::gradient);
}

std::unique_ptr<Linearization> TiledEnergy::linearize(const Tensor& x) const {
  std::call_once(first_use_,
                 [&] { whole_ = std::make_unique<GraphEnergy>(network_.whole(datum_shape_), theta_, options_); });
  return whole_->linearize(x);
}

}  // namespace mdsm
