#include "mdsm/evaluate/density/elbo.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/noise/corrupt.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

/// ||D(x + sigma n) - x||^2 / sigma^2 of each datum.
Tensor error_at(const ScaledEnergy& at, const Tensor& x, double sigma, const RandomRows& rows, uint32_t level) {
  const Tensor noisy = corrupt(x, at::full({x.size(0)}, sigma, x.options()), rows, level);
  return sum_per_datum((jump(*at.energy, noisy, at.scale) - x).to(at::kDouble).square()) / (sigma * sigma);
}

}  // namespace

void require_range(const LevelRange& range, const char* who) {
  require(range.sigma_min > 0 && range.sigma_min < range.sigma_max && std::isfinite(range.sigma_max),
          "{}: noise from {} to {} (sigma_min must be positive and below sigma_max).", who, range.sigma_min,
          range.sigma_max);
  require(range.levels >= 1, "{}: {} levels (expected at least 1).", who, range.levels);
}

Tensor elbo(const LevelEnergies& energies, const DataMoments& moments, const Source& data, const LevelRange& range,
            const Watch& watch) {
  require_range(range, "elbo");
  require_scorable(*energies(range.sigma_min).energy, data);
  const SmoothedMoments prior(moments, range.sigma_max);
  const double width = std::log(range.sigma_max / range.sigma_min) / static_cast<double>(range.levels);
  const int64_t dimensions = element_count(data.info().datum_shape);
  Tensors bounds;
  for (int64_t first = 0; first < data.size(); first += range.batch) {
    const int64_t size = std::min(range.batch, data.size() - first);
    const Tensor x = data.read(index_range(first, size));
    const RandomRows rows = RandomRows::slots(range.seed, Stream::measurement, static_cast<uint32_t>(first), size);
    Tensor cost = prior.divergence_from(x) + noise_entropy(range.sigma_min, dimensions);
    for (int64_t k = 0; k < range.levels; ++k) {
      const double sigma = range.sigma_min * std::exp((static_cast<double>(k) + 0.5) * width);
      cost += width * error_at(energies(sigma), x, sigma, rows, static_cast<uint32_t>(k));
      watch.update(first * range.levels + size * (k + 1), data.size() * range.levels, "elbo: denoised");
    }
    bounds.push_back(-cost);
  }
  return at::cat(bounds).to(at::kCPU);
}

}  // namespace mdsm
