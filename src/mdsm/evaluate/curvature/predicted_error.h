#pragma once

#include <vector>

#include "mdsm/evaluate/curvature/denoiser_jacobian.h"
#include "mdsm/evaluate/noise_calibration.h"

namespace mdsm {

/// The error of one jump from noise of a known size, and what the energy's curvature says of it; (B) float64 each.
struct DenoisingErrors {
  Tensor actual;     ///< ||D(x + sigma n) - x||^2
  Tensor predicted;  ///< sigma^2 tr J at x + sigma n: what the posterior covariance predicts
  Tensor square;     ///< ||J||_F^2 there
};

/// Adds noise of size sigma to clean data, removes it again, and compares.
/// \param rows  a row a datum, of the noise; the probes are drawn from the same rows of Stream::bootstrap
/// \param level  numbers the level: another one draws other noise
/// \param probes  of jacobian_norms()
DenoisingErrors denoising_errors(const Energy& energy, const Tensor& x, double sigma, double sigma0,
                                 const RandomRows& rows, uint32_t level, int64_t probes);

/// ||D(x + sigma n) - x||^2 alone, (B) float64, with the same noise.
Tensor squared_error(const Energy& energy, const Tensor& x, double sigma, double sigma0, const RandomRows& rows,
                     uint32_t level);

/// How well the error is predicted at one level.
struct CurvatureLevel {
  double sigma = 0;
  double actual = 0;              ///< mean of ||D - x||^2, over the data
  double predicted = 0;           ///< mean of sigma^2 tr J
  double trace = 0;               ///< mean of tr J: the dimensions that the noise leaves, "local intrinsic dimension"
  double ratio_error = 0;         ///< standard error of actual / predicted, over the data
  double correlation_trace = 0;   ///< of the logs of actual errors and tr J, image by image; nan for fewer than 3 data
  double correlation_square = 0;  ///< of the logs of actual errors and ||J||_F^2
};

/// At each level over all data of a finite source. tr J predicts the mean; which image is hard, ||J||_F^2 tells better.
/// \throws Error as noise_calibration()
std::vector<CurvatureLevel> predicted_errors(const Energy& energy, const Source& data, const Calibration& calibration,
                                             int64_t probes, const Watch& watch = {});

}  // namespace mdsm
