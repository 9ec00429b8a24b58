#include "mdsm/evaluate/density/flow.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/curvature/denoiser_jacobian.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/noise/corrupt.h"
#include "mdsm/sample/noise_schedule.h"

namespace mdsm {
namespace {

/// dy / d log sigma, and its divergence.
struct Velocity {
  Tensor along;       // like y
  Tensor divergence;  // (B) float64
};

/// tr J by the unit vectors.
Tensor exact_trace(const DenoiserJacobian& jacobian) {
  const Tensor& like = jacobian.denoised();
  const int64_t dimensions = like.numel() / like.size(0);
  Tensor trace = at::zeros({like.size(0)}, at::kDouble);
  for (int64_t i = 0; i < dimensions; ++i) {
    Tensor unit = at::zeros_like(like);
    unit.flatten(1).select(1, i).fill_(1);
    trace += jacobian(unit).flatten(1).select(1, i).to(at::kDouble);
  }
  return trace;
}

/// The flow of one batch of data.
class Flow {
 public:
  Flow(const LevelEnergies& energies, const RandomRows& rows, int64_t probes)
      : energies_(energies), rows_(rows.with(Stream::bootstrap)), probes_(probes) {}

  Velocity operator()(const Tensor& y, double sigma) {
    const ScaledEnergy at = energies_(sigma);
    const DenoiserJacobian jacobian(*at.energy, y, at.scale);
    const Tensor trace = probes_ == 0 ? exact_trace(jacobian) : jacobian_norms(jacobian, rows_, probes_, probe_).trace;
    probe_ += static_cast<uint32_t>(probes_);
    const int64_t dimension = y.numel() / y.size(0);
    return {y - jacobian.denoised(), static_cast<double>(dimension) - trace};
  }

 private:
  const LevelEnergies& energies_;
  RandomRows rows_;
  int64_t probes_;
  uint32_t probe_ = 0;
};

}  // namespace

FlowDensity flow_density(const LevelEnergies& energies, const DataMoments& moments, const Source& data,
                         const LevelRange& range, int64_t probes, const Watch& watch) {
  require_range(range, "flow");
  require(probes >= 0, "flow: {} probes (expected at least 0).", probes);
  require_scorable(*energies(range.sigma_min).energy, data);
  const SmoothedMoments prior(moments, range.sigma_max);
  // Even in sigma^(1/3): more of them where the flow turns.
  std::vector<double> sigmas = rho_noise(range.sigma_max, range.sigma_min, 3, range.levels + 1);
  std::reverse(sigmas.begin(), sigmas.end());
  Tensors noisy, densities;
  for (int64_t first = 0; first < data.size(); first += range.batch) {
    const int64_t size = std::min(range.batch, data.size() - first);
    const Tensor x = data.read(index_range(first, size));
    const RandomRows rows = RandomRows::slots(range.seed, Stream::measurement, static_cast<uint32_t>(first), size);
    Tensor y = corrupt(x, range.sigma_min, rows, 0);
    noisy.push_back(y);
    Flow flow(energies, rows, probes);
    Tensor gained = at::zeros({size}, at::kDouble);
    for (size_t k = 0; k + 1 < sigmas.size(); ++k) {
      const double here = sigmas[k], there = sigmas[k + 1], step = std::log(there / here);
      const Velocity begin = flow(y, here);
      const Velocity end = flow(y + step * begin.along, there);
      y = y + (step / 2) * (begin.along + end.along);
      gained += (step / 2) * (begin.divergence + end.divergence);
      watch.update(first * range.levels + size * (static_cast<int64_t>(k) + 1), data.size() * range.levels, "flow");
    }
    densities.push_back(prior.log_density(y) + gained);
  }
  return {at::cat(noisy), at::cat(densities).to(at::kCPU)};
}

}  // namespace mdsm
