#include "mdsm/jobs/noise_level.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/alone.h"
#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/engine/ops/border.h"
#include "mdsm/evaluate/curvature/denoiser_jacobian.h"
#include "mdsm/jobs/images.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

constexpr uint64_t kSeed = 20261128;
constexpr int64_t kSide = 128;  // of a window
constexpr int64_t kAlong = 3, kAcross = 2;
// Of a pixel's noise that a denoiser lets through: one that lets through all of it says nothing of the noise.
constexpr double kMostPassed = 0.95;

/// Windows that stand for a picture of this shape: all of it where it is small.
std::vector<Window> windows_of(const Shape& shape) {
  const int64_t height = shape[1], width = shape[2];
  if (height * width <= kAlong * kAcross * kSide * kSide) return {{0, 0, height, width}};
  const int64_t rows = height > width ? kAlong : kAcross, columns = kAlong * kAcross / rows;
  const int64_t h = std::min(height, kSide), w = std::min(width, kSide);
  std::vector<Window> windows;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < columns; ++column)
      windows.push_back(
          {(height - h) * (2 * row + 1) / (2 * rows), (width - w) * (2 * column + 1) / (2 * columns), h, w});
  }
  return windows;
}

/// 1 where the image is, 0 in its frame; one datum.
Tensor places_of(const Shape& own, const Tensor& like) {
  return in_frame(at::ones(own, like.options()), datum_shape_of(like)).unsqueeze(0);
}

}  // namespace

std::vector<double> noise_levels(const TrainedEnergy& trained, const Tensor& noisy, const Tensor& denoised,
                                 const std::vector<Shape>& own) {
  const int64_t batch = noisy.size(0);
  require(static_cast<int64_t>(own.size()) == batch && denoised.sizes() == noisy.sizes(),
          "noise level: {} shapes and {} results for {} images.", own.size(), denoised.size(0), batch);
  const Shape shape = datum_shape_of(noisy);
  std::vector<Window> windows;
  if (trained.takes_any_size()) windows = windows_of(shape);
  const auto cut = [&](const Tensor& x, int64_t window) {
    if (windows.empty()) return x;
    const Window& at = windows[static_cast<size_t>(window)];
    return x.narrow(2, at.top, at.height).narrow(3, at.left, at.width).contiguous();
  };
  const int64_t each = std::max<int64_t>(1, static_cast<int64_t>(windows.size()));
  const RandomRows probe = noise_probe();
  const auto energy = trained.energy_for(datum_shape_of(cut(noisy.narrow(0, 0, 1), 0)));
  std::vector<double> passed(static_cast<size_t>(batch * each)), looked_at(passed.size());
  each_alone(batch * each, [&](int64_t i) {
    const int64_t datum = i / each, window = i % each;
    const Tensor y = noisy.narrow(0, datum, 1);
    const Tensor seen = cut(y, window);
    // Where any size is taken there is no frame.
    const Tensor where = windows.empty() ? places_of(own[static_cast<size_t>(datum)], y) : at::ones_like(seen);
    const DenoiserJacobian jacobian(*energy, seen, trained.sigma0());
    passed[static_cast<size_t>(i)] = trace_where(jacobian, where, probe, static_cast<uint32_t>(window)).item<double>();
    looked_at[static_cast<size_t>(i)] = where.sum().item<double>();
  });
  std::vector<double> levels;
  for (int64_t datum = 0; datum < batch; ++datum) {
    double sum = 0, count = 0;
    for (int64_t i = datum * each; i < (datum + 1) * each; ++i) {
      sum += passed[static_cast<size_t>(i)];
      count += looked_at[static_cast<size_t>(i)];
    }
    const auto mine = [&](const Tensor& all) {
      return out_of_frame(all.narrow(0, datum, 1), own[static_cast<size_t>(datum)]);
    };
    const auto removed = implied_sigma(mine(noisy), mine(denoised)).item<double>();
    levels.push_back(sigma_of(removed * removed, sum / count));
  }
  return levels;
}

double sigma_of(double removed, double passed) {
  return std::sqrt(removed / (1 - std::clamp(passed, 0.0, kMostPassed)));
}

RandomRows noise_probe() { return RandomRows::slots(kSeed, Stream::bootstrap, 0, 1); }

}  // namespace mdsm
