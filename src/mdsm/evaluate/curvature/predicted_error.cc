#include "mdsm/evaluate/curvature/predicted_error.h"

#include <cmath>

#include "mdsm/noise/corrupt.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

Tensor square_between(const Tensor& denoised, const Tensor& x) {
  return sum_per_datum((denoised - x).to(at::kDouble).square());
}

/// Of the logs of two lists of positive numbers; nan where there are fewer than 3, or one does not vary.
double log_correlation(const Tensor& a, const Tensor& b) {
  if (a.size(0) < 3) return std::nan("");
  const Tensor x = a.clamp_min(1e-30).log(), y = b.clamp_min(1e-30).log();
  const Tensor dx = x - x.mean(), dy = y - y.mean();
  return ((dx * dy).sum() / (dx.square().sum() * dy.square().sum()).sqrt()).item<double>();
}

/// Of mean(a) / mean(b), to first order.
double standard_error_of_ratio(const Tensor& a, const Tensor& b) {
  const auto count = static_cast<double>(a.size(0));
  if (a.size(0) < 2) return std::nan("");
  const double below = b.mean().item<double>(), ratio = a.mean().item<double>() / below;
  return (a - ratio * b).std().item<double>() / (below * std::sqrt(count));
}

CurvatureLevel level_of(double sigma, const std::vector<DenoisingErrors>& batches) {
  Tensors actual, predicted, square;
  for (const DenoisingErrors& batch : batches) {
    actual.push_back(batch.actual);
    predicted.push_back(batch.predicted);
    square.push_back(batch.square);
  }
  const Tensor a = at::cat(actual), p = at::cat(predicted), s = at::cat(square);
  return {.sigma = sigma,
          .actual = a.mean().item<double>(),
          .predicted = p.mean().item<double>(),
          .trace = p.mean().item<double>() / (sigma * sigma),
          .ratio_error = standard_error_of_ratio(a, p),
          .correlation_trace = log_correlation(a, p),
          .correlation_square = log_correlation(a, s)};
}

}  // namespace

DenoisingErrors denoising_errors(const Energy& energy, const Tensor& x, double sigma, double sigma0,
                                 const RandomRows& rows, uint32_t level, int64_t probes) {
  const DenoiserJacobian jacobian(energy, corrupt(x, sigma, rows, level), sigma0);
  const JacobianNorms norms =
      jacobian_norms(jacobian, rows.with(Stream::bootstrap), probes, level * static_cast<uint32_t>(probes));
  return {square_between(jacobian.denoised(), x), sigma * sigma * norms.trace, norms.square};
}

Tensor squared_error(const Energy& energy, const Tensor& x, double sigma, double sigma0, const RandomRows& rows,
                     uint32_t level) {
  return square_between(jump(energy, corrupt(x, sigma, rows, level), sigma0), x);
}

std::vector<CurvatureLevel> predicted_errors(const Energy& energy, const Source& data, const Calibration& calibration,
                                             int64_t probes, const Watch& watch) {
  const std::vector<double>& sigmas = calibration.sigmas;
  std::vector<std::vector<DenoisingErrors>> found(sigmas.size());
  over_noise_levels(
      energy, data, calibration, "curvature", watch, [&](const Tensor& x, size_t k, const RandomRows& rows) {
        found[k].push_back(
            denoising_errors(energy, x, sigmas[k], calibration.sigma0, rows, static_cast<uint32_t>(k), probes));
      });
  std::vector<CurvatureLevel> results;
  for (size_t k = 0; k < sigmas.size(); ++k) {
    results.push_back(level_of(sigmas[k], found[k]));
    require_finite_level(results.back().actual + results.back().predicted, sigmas[k], data, "curvature");
  }
  return results;
}

}  // namespace mdsm
