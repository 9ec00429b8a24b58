#include "mdsm/evaluate/noise_calibration.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/energy/composed/ranked_energy.h"
#include "mdsm/noise/corrupt.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

/// Sums over data, each of the mean square of its pixels.
struct Sums {
  double error = 0;
  double implied = 0;       // of squares
  double implied_root = 0;  // of the level itself
};

void add_batch(Sums& sums, const Energy& energy, const Tensor& x, const Tensor& noisy, double sigma0) {
  const Tensor denoised = jump(energy, noisy, sigma0);
  const Tensor implied = implied_sigma(noisy, denoised).to(at::kDouble);
  sums.error += implied_sigma(x, denoised).to(at::kDouble).square().sum().item<double>();
  sums.implied += implied.square().sum().item<double>();
  sums.implied_root += implied.sum().item<double>();
}

NoiseLevelResult result_of(const Sums& sums, double sigma, int64_t count) {
  const auto n = static_cast<double>(count);
  const double error = sums.error / n, implied = sums.implied / n, mean = sums.implied_root / n;
  return {.sigma = sigma,
          .error = std::sqrt(error),
          .implied = std::sqrt(implied),
          .implied_spread = std::sqrt(std::max(0.0, implied - mean * mean)),
          .calibration = std::sqrt(error + implied) / sigma};
}

}  // namespace

std::vector<double> spread_levels(double low, double high, int64_t count) {
  const Tensor levels = geometric_levels(low, high, low < high ? count : 1);
  return {levels.const_data_ptr<double>(), levels.const_data_ptr<double>() + levels.numel()};
}

void over_noise_levels(const Energy& energy, const Source& data, const Calibration& calibration, const char* who,
                       const Watch& watch,
                       const std::function<void(const Tensor& x, size_t level, const RandomRows& rows)>& look) {
  require_scorable(energy, data);
  const std::vector<double>& sigmas = calibration.sigmas;
  for (const double sigma : sigmas)
    require(sigma > 0 && std::isfinite(sigma), "{}: sigma is {} (it must be positive).", who, sigma);
  const int64_t count = data.size();
  const auto levels = static_cast<int64_t>(sigmas.size());
  for (int64_t first = 0; first < count; first += calibration.batch) {
    const int64_t size = std::min(calibration.batch, count - first);
    const Tensor x = data.read(index_range(first, size));
    const RandomRows rows =
        RandomRows::slots(calibration.seed, Stream::measurement, static_cast<uint32_t>(first), size);
    for (size_t k = 0; k < sigmas.size(); ++k) {
      look(x, k, rows);
      watch.update(first * levels + size * (static_cast<int64_t>(k) + 1), count * levels, "denoised");
    }
  }
}

void require_finite_level(double figure, double sigma, const Source& data, const char* who) {
  if (std::isfinite(figure)) return;
  fail(
      "{}: what the energy makes of {} with noise {:.4g} is not finite. Look at the training's loss; levels far from "
      "those of the training may be too much.",
      who, data.info().name, sigma);
}

std::vector<NoiseLevelResult> noise_calibration(const Energy& energy, const Source& data,
                                                const Calibration& calibration, const Watch& watch) {
  const std::vector<double>& sigmas = calibration.sigmas;
  const RankedEnergy shared(energy);
  std::vector<Sums> sums(sigmas.size());
  over_noise_levels(energy, data, calibration, "noise levels", watch,
                    [&](const Tensor& x, size_t k, const RandomRows& rows) {
                      const Tensor noisy = corrupt(x, sigmas[k], rows, static_cast<uint32_t>(k));
                      add_batch(sums[k], shared, x, noisy, calibration.sigma0);
                    });
  std::vector<NoiseLevelResult> results;
  for (size_t k = 0; k < sigmas.size(); ++k) {
    results.push_back(result_of(sums[k], sigmas[k], data.size()));
    require_finite_level(results.back().calibration, sigmas[k], data, "noise levels");
  }
  return results;
}

}  // namespace mdsm
