#include "mdsm/evaluate/plane_density.h"

#include <limits>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"
#include "mdsm/formats/image_grid.h"

namespace mdsm {
namespace {

constexpr int64_t kBatch = 8192;

/// Scaled to mass 1.
Tensor normalised(const PlaneGrid& grid, const Tensor& density) {
  return density / (density.sum() * grid.cell() * grid.cell());
}

/// exp(values), scaled to mass 1, as a picture.
Tensor from_logarithms(const PlaneGrid& grid, const Tensor& values) {
  return normalised(grid, (values - values.max()).exp().view({grid.side, grid.side}));
}

double mass_outside(const PlaneGrid& grid, const Tensor& density, double half_width) {
  const Tensor outside = (grid.centres().abs() > half_width).any(1).view({grid.side, grid.side});
  return (density * outside).sum().item<double>() * grid.cell() * grid.cell();
}

}  // namespace

Tensor PlaneGrid::centres() const {
  require(side >= 2 && half_width > 0, "plane grid: {} cells over {} (expected 2 or more, over a width above 0).", side,
          half_width);
  const Tensor axis = (at::arange(side, at::kDouble) + 0.5) * cell() - half_width;
  const Tensor x = axis.unsqueeze(0).expand({side, side});
  const Tensor y = axis.flip(0).unsqueeze(1).expand({side, side});
  return at::stack({x.flatten(), y.flatten()}, 1);
}

Tensor density_on(const PlaneGrid& grid, const SyntheticDensity& density) {
  return from_logarithms(grid, density.log_density(grid.centres()));
}

Tensor density_on(const PlaneGrid& grid, const Energy& energy) {
  require(energy.datum_shape() == Shape{2}, "plane density: the energy takes data of shape {} (expected points (2)).",
          to_text(energy.datum_shape()));
  Tensors values;
  for (const Tensor& part : grid.centres().to(at::kFloat).split(kBatch)) {
    values.push_back(energy.value(part).to(at::kDouble));
  }
  const Tensor all = at::cat(values);
  const std::vector<int64_t> bad = rows_not_finite(all);
  if (!bad.empty()) {
    const Tensor point = grid.centres()[bad.front()];
    fail(
        "plane density: the energy is not finite at {} of {} points (the first is ({:.3g}, {:.3g})). Look at the "
        "training's loss.",
        bad.size(), all.size(0), point[0].item<double>(), point[1].item<double>());
  }
  return from_logarithms(grid, -all);
}

Tensor smoothed(const PlaneGrid& grid, const Tensor& density, double sigma) {
  require(sigma >= 0, "smoothed: sigma is {} (at least 0).", sigma);
  const auto reach = static_cast<int64_t>(std::ceil(6 * sigma / grid.cell()));
  if (reach == 0) return normalised(grid, density);
  const Tensor distance = at::arange(-reach, reach + 1, at::kDouble) * (grid.cell() / sigma);
  const Tensor kernel = (-0.5 * distance * distance).exp();
  const Tensor rows = at::conv2d(density.view({1, 1, grid.side, grid.side}), kernel.view({1, 1, -1, 1}), {},
                                 at::IntArrayRef{1, 1}, at::IntArrayRef{reach, 0});
  const Tensor both =
      at::conv2d(rows, kernel.view({1, 1, 1, -1}), {}, at::IntArrayRef{1, 1}, at::IntArrayRef{0, reach});
  return normalised(grid, both.view({grid.side, grid.side}));
}

double kl_divergence(const PlaneGrid& grid, const Tensor& p, const Tensor& q) {
  const Tensor terms = at::where(p > 0, p * (p.log() - q.log()), at::zeros_like(p));
  return terms.sum().item<double>() * grid.cell() * grid.cell();
}

PlaneComparison compare_on_plane(const Energy& energy, const SyntheticDensity& density, double sigma0, int64_t side) {
  PlaneComparison result;
  result.grid = {density.half_width() + 5 * sigma0, side};
  result.truth = density_on(result.grid, density);
  result.smoothed = smoothed(result.grid, result.truth, sigma0);
  result.learned = density_on(result.grid, energy);
  result.kl_smoothed = kl_divergence(result.grid, result.smoothed, result.learned);
  result.kl_truth = kl_divergence(result.grid, result.truth, result.learned);
  result.kl_floor = kl_divergence(result.grid, result.truth, result.smoothed);
  result.learned_outside = mass_outside(result.grid, result.learned, density.half_width() + 3 * sigma0);
  return result;
}

Results results_of(const PlaneComparison& comparison) {
  return {{"side", comparison.grid.side},          {"half_width", comparison.grid.half_width},
          {"kl_smoothed", comparison.kl_smoothed}, {"kl_truth", comparison.kl_truth},
          {"kl_floor", comparison.kl_floor},       {"learned_outside", comparison.learned_outside}};
}

Tensor picture(const PlaneComparison& comparison) {
  const Tensor panels = at::stack({comparison.truth, comparison.smoothed, comparison.learned}).unsqueeze(1);
  // The peaks of an unsmoothed density are cut off: they would leave the rest white.
  const double top = std::max(comparison.smoothed.max().item<double>(), std::numeric_limits<double>::min());
  return image_grid(to_uint8(1 - (panels / top).clamp(0, 1).sqrt()), 3);
}

}  // namespace mdsm
