#pragma once

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <vector>

#include "mdsm/data/synthetic/density.h"
#include "mdsm/data/synthetic/draws.h"

namespace mdsm::testing {

/// Every point (x, y) of a list of coordinates with itself, (n*n, 2); x runs fastest.
inline Tensor all_points(const Tensor& coordinates) {
  const int64_t n = coordinates.size(0);
  return at::stack({coordinates.unsqueeze(0).expand({n, n}), coordinates.unsqueeze(1).expand({n, n})}, 2)
      .reshape({-1, 2});
}

inline std::vector<RandomKey> data_keys(int64_t count) {
  std::vector<RandomKey> keys;
  for (int64_t i = 0; i < count; ++i) keys.push_back(key_of_datum(2024, i));
  return keys;
}

/// What the midpoint rule gives for the total mass and for E[x^2 + y^2], on a grid of at most this step over the
/// density's square. Of a law smoothed by a Gaussian of deviation s it misses about 2 exp(-2 pi^2 s^2 / step^2).
struct GridMoments {
  double mass = 0;
  double square = 0;
};
inline GridMoments grid_moments(const SyntheticDensity& density, double step) {
  const double half = density.half_width();
  const auto n = 2 * static_cast<int64_t>(std::ceil(half / step));
  step = 2 * half / static_cast<double>(n);
  const Tensor points = all_points((at::arange(n, at::kDouble) + 0.5) * step - half);
  const Tensor p = density.log_density(points).exp() * step * step;
  return {p.sum().item<double>(), (p * points.square().sum(1)).sum().item<double>()};
}

/// Probability of each of cells x cells squares of the density's square, by Gauss and Legendre's five points an axis.
inline Tensor cell_probabilities(const SyntheticDensity& density, int64_t cells) {
  const std::array<double, 5> nodes{-0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831,
                                    0.9061798459386640};
  const std::array<double, 5> weights{0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665,
                                      0.2369268850561891};
  const double side = 2 * density.half_width() / static_cast<double>(cells);
  const Tensor centres = (at::arange(cells, at::kDouble) + 0.5) * side - density.half_width();
  const Tensor node = at::tensor(at::ArrayRef<double>(nodes.data(), 5), at::kDouble) * (side / 2);
  const Tensor weight = at::tensor(at::ArrayRef<double>(weights.data(), 5), at::kDouble) * (side / 2);
  const Tensor coordinates = (centres.unsqueeze(1) + node.unsqueeze(0)).flatten();
  const Tensor values = density.log_density(all_points(coordinates)).exp().view({cells, 5, cells, 5});
  return at::einsum("iajb,a,b->ij", {values, weight, weight}).flatten();
}

/// p-value of Pearson's chi-square of 100 000 draws against the density in 40 x 40 cells, those that expect fewer than
/// five draws lumped together: uniform in [0, 1] if the sampler is right. 0 if a draw lies outside the square.
inline double chi_square_p_value(const SyntheticDensity& density) {
  constexpr int64_t kCells = 40;
  constexpr int64_t kDraws = 100000;
  const Tensor expected = cell_probabilities(density, kCells) * kDraws;
  const double half = density.half_width();
  const Tensor cell = ((density.sample(data_keys(kDraws)) + half) / (2 * half) * kCells).floor().to(at::kLong);
  if (!((cell >= 0) & (cell < kCells)).all().item<bool>()) return 0;
  const Tensor counts =
      at::bincount(cell.select(1, 1) * kCells + cell.select(1, 0), {}, kCells * kCells).to(at::kDouble);
  const Tensor common = expected >= 5;
  const Tensor wanted = expected.index({common});
  const Tensor seen = counts.index({common});
  const double rest_wanted = std::max(kDraws - wanted.sum().item<double>(), 0.0);
  const double rest_seen = kDraws - seen.sum().item<double>();
  double statistic = ((seen - wanted).square() / wanted).sum().item<double>();
  auto degrees = static_cast<double>(wanted.size(0)) - 1;
  if (rest_wanted > 1e-3) {
    statistic += (rest_seen - rest_wanted) * (rest_seen - rest_wanted) / rest_wanted;
    degrees += 1;
  } else if (rest_seen > 0) {
    return 0;
  }
  const auto half_of = [](double value) { return at::scalar_tensor(value / 2, at::kDouble); };
  return at::special_gammaincc(half_of(degrees), half_of(statistic)).item<double>();
}

}  // namespace mdsm::testing
