#include "mdsm/evaluate/curvature/denoising_scores.h"

#include <cmath>
#include <vector>

#include "mdsm/base/alone.h"
#include "mdsm/evaluate/curvature/predicted_error.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

constexpr int64_t kProbes = 4;
constexpr uint32_t kLevels = 3;
const double kSpacing = std::sqrt(10.0);
/// Data that are differentiated together: a fixed number, so that a datum's bits do not depend on its batch.
constexpr int64_t kGroup = 8;

/// The same row of random numbers for every datum.
RandomRows alike(int64_t count, uint64_t seed) {
  return RandomRows::seeds(std::vector<uint64_t>(static_cast<size_t>(count), seed), Stream::measurement);
}

/// (B, 2) float64: the squared error at sigma0, and the predicted one.
Tensor errors(const Energy& energy, const Tensor& x, double sigma0, uint64_t seed) {
  const DenoisingErrors found = denoising_errors(energy, x, sigma0, sigma0, alike(x.size(0), seed), 0, kProbes);
  return at::stack({found.actual, found.predicted}, 1);
}

}  // namespace

DenoisingScores denoising_scores(const Energy& energy, const Tensor& x, double sigma0, uint64_t seed) {
  require_sigma0(sigma0, "score");
  const Tensor first = map_each_alone(
      x, [&](const Tensor& some) { return errors(energy, some, sigma0, seed); }, kGroup);
  const Tensor actual = first.select(1, 0), predicted = first.select(1, 1);
  const RandomRows rows = alike(x.size(0), seed);
  DenoisingScores scores{.loss = actual / (sigma0 * sigma0), .ratio = actual / predicted.clamp_min(sigma0 * sigma0)};
  double sigma = sigma0;
  for (uint32_t level = 1; level < kLevels; ++level) {
    sigma *= kSpacing;
    scores.loss = scores.loss + squared_error(energy, x, sigma, sigma0, rows, level) / (sigma * sigma);
  }
  return scores;
}

}  // namespace mdsm
