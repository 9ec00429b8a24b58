#include "mdsm/evaluate/density/elbo.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/evaluate/curvature/predicted_error.h"

namespace mdsm {

void require_range(const LevelRange& range, const char* who) {
  require(range.sigma_min > 0 && range.sigma_min < range.sigma_max && std::isfinite(range.sigma_max),
          "{}: noise from {} to {} (sigma_min must be positive and below sigma_max).", who, range.sigma_min,
          range.sigma_max);
  require(range.levels >= 1, "{}: {} levels (expected at least 1).", who, range.levels);
}

Tensor elbo(const LevelEnergies& energies, const DataMoments& moments, const Source& data, const LevelRange& range,
            const Watch& watch) {
  require_range(range, "elbo");
  const SmoothedMoments prior(moments, range.sigma_max);
  const double width = std::log(range.sigma_max / range.sigma_min) / static_cast<double>(range.levels);
  const int64_t dimensions = element_count(data.info().datum_shape);
  Calibration levels{.sigmas = {}, .seed = range.seed, .batch = range.batch};
  for (int64_t k = 0; k < range.levels; ++k)
    levels.sigmas.push_back(range.sigma_min * std::exp((static_cast<double>(k) + 0.5) * width));
  Tensors costs;
  const ScaledEnergy first = energies(range.sigma_min);  // held: it may be made anew at every call
  over_noise_levels(*first.energy, data, levels, "elbo", watch, [&](const Tensor& x, size_t k, const RandomRows& rows) {
    const double sigma = levels.sigmas[k];
    const ScaledEnergy at = energies(sigma);
    if (k == 0) costs.push_back(prior.divergence_from(x) + noise_entropy(range.sigma_min, dimensions));
    costs.back() +=
        width * (squared_error(*at.energy, x, sigma, at.scale, rows, static_cast<uint32_t>(k)) / (sigma * sigma));
  });
  return -at::cat(costs).to(at::kCPU);
}

}  // namespace mdsm
