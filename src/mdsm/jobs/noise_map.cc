#include "mdsm/jobs/noise_map.h"

#include <algorithm>
#include <map>

#include "mdsm/base/alone.h"
#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/engine/ops/border.h"
#include "mdsm/evaluate/curvature/denoiser_jacobian.h"
#include "mdsm/jobs/images.h"
#include "mdsm/jobs/noise_level.h"

namespace mdsm {
namespace {

constexpr int64_t kPiece = 128;  // at most, a side of what J is computed of at once

/// Where piece i of `count` begins, of a side in equal pieces.
int64_t cut_at(int64_t side, int64_t i, int64_t count) { return side * i / count; }

std::vector<Window> pieces_of(int64_t height, int64_t width) {
  const int64_t rows = (height + kPiece - 1) / kPiece, columns = (width + kPiece - 1) / kPiece;
  std::vector<Window> pieces;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < columns; ++column) {
      const int64_t top = cut_at(height, row, rows), left = cut_at(width, column, columns);
      pieces.push_back({top, left, cut_at(height, row + 1, rows) - top, cut_at(width, column + 1, columns) - left});
    }
  }
  return pieces;
}

Tensor cut(const Tensor& x, const Window& at) { return x.narrow(2, at.top, at.height).narrow(3, at.left, at.width); }

/// What the denoiser lets through at each coordinate, v * J v for one vector v of random signs: of y (1, C, H, W), float64.
/// Pieces of a large picture are pictures of their own.
Tensor passed_noise(const TrainedEnergy& trained, const Tensor& y) {
  const std::vector<Window> pieces =
      trained.takes_any_size() ? pieces_of(y.size(2), y.size(3)) : std::vector<Window>{{0, 0, y.size(2), y.size(3)}};
  std::map<Shape, std::shared_ptr<Energy>> energies;  // of the few shapes that pieces have
  for (const Window& at : pieces) {
    std::shared_ptr<Energy>& energy = energies[{y.size(1), at.height, at.width}];
    if (energy == nullptr) energy = trained.energy_for({y.size(1), at.height, at.width});
  }
  Tensor passed = at::empty(y.sizes(), at::kDouble);
  const RandomRows probe = noise_probe();
  each_alone(static_cast<int64_t>(pieces.size()), [&](int64_t i) {
    const Window& at = pieces[static_cast<size_t>(i)];
    const Tensor seen = cut(y, at).contiguous();
    const DenoiserJacobian jacobian(*energies.at(datum_shape_of(seen)), seen, trained.sigma0());
    cut(passed, at).copy_(jacobian_diagonal(jacobian, probe, 1, static_cast<uint32_t>(i)));
  });
  return passed;
}

/// Windows along a side, evenly spread from its one end to the other.
struct Along {
  int64_t length;               ///< of each
  std::vector<int64_t> starts;  ///< at least one

  explicit Along(int64_t side) : length(std::min(side, kNoiseWindow)) {
    const int64_t last = (side - length + kNoiseStep - 1) / kNoiseStep;
    for (int64_t i = 0; i <= last; ++i) starts.push_back(last == 0 ? 0 : (side - length) * i / last);
  }

  /// (side, windows): what each window's middle has to say at each pixel, linear between two, constant beyond the last.
  Tensor weights(int64_t side) const {
    const auto count = static_cast<int64_t>(starts.size());
    Tensor all = at::zeros({side, count}, at::kDouble);
    auto weight = all.accessor<double, 2>();
    for (int64_t x = 0, right = 0; x < side; ++x) {
      const auto middle = [&](int64_t i) {
        return static_cast<double>(starts[static_cast<size_t>(i)]) + 0.5 * static_cast<double>(length);
      };
      const double at = static_cast<double>(x) + 0.5;
      while (right < count && middle(right) <= at) ++right;
      if (right == 0 || right == count) {
        weight[x][std::min(right, count - 1)] = 1;
        continue;
      }
      const double part = (at - middle(right - 1)) / (middle(right) - middle(right - 1));
      weight[x][right - 1] = 1 - part;
      weight[x][right] = part;
    }
    return all;
  }
};

}  // namespace

Tensor noise_map(const TrainedEnergy& trained, const Tensor& noisy, const Tensor& denoised, const Shape& own) {
  require(noisy.dim() == 4 && noisy.size(0) == 1 && noisy.sizes() == denoised.sizes() && own.size() == 3,
          "noise map: of {} and {} (expected one image (1, C, H, W) and what it was denoised to).",
          to_text(noisy.sizes()), to_text(denoised.sizes()));
  const auto of_pixels = [&](const Tensor& x) { return out_of_frame(x, own).sum(at::IntArrayRef({0, 1})); };  // (h, w)
  const Tensor removed = of_pixels((noisy - denoised).to(at::kDouble).square());
  const Tensor passed = of_pixels(passed_noise(trained, noisy));
  const Along rows(own[1]), columns(own[2]);
  const auto down = static_cast<int64_t>(rows.starts.size()), across = static_cast<int64_t>(columns.starts.size());
  Tensor sigma = at::empty({down, across}, at::kDouble);
  each_alone(down * across, [&](int64_t i) {
    const auto sum = [&](const Tensor& x) {
      return x.narrow(0, rows.starts[static_cast<size_t>(i / across)], rows.length)
          .narrow(1, columns.starts[static_cast<size_t>(i % across)], columns.length)
          .sum()
          .item<double>();
    };
    const auto count = static_cast<double>(rows.length * columns.length * own[0]);
    sigma.view(-1)[i] = sigma_of(sum(removed) / count, sum(passed) / count);
  });
  return rows.weights(own[1]).matmul(sigma).matmul(columns.weights(own[2]).t()).to(at::kFloat);
}

}  // namespace mdsm
