#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mdsm/base/tensor.h"
#include "mdsm/sample/context.h"

namespace mdsm {

struct SampleOptions;

// Noise levels of coarse-to-fine sampling, largest first; in units of the data. One level alone is the largest.

/// sigma_i = (max^(1/rho) + i/(count-1) (min^(1/rho) - max^(1/rho)))^rho: from exactly `max` to exactly `min`; rho = 1
/// is linear, rho -> infinity geometric. Source: Karras et al. 2022, arXiv:2206.00364, equation 5.
/// \throws Error unless count >= 1, 0 < min <= max, both finite, and rho > 0
std::vector<double> rho_noise(double max, double min, double rho, int64_t count);

/// sigma_i = max (min/max)^(i/(count-1)).
/// \throws Error as rho_noise
std::vector<double> geometric_noise(double max, double min, int64_t count);

/// The names of sample.noise_schedule: "rho", "geometric", "linear".
std::vector<std::string> noise_schedule_names();

/// The two ends of the schedule.
struct NoiseRange {
  double max;
  double min;
};

/// sample.sigma_max and sample.sigma_min or, where they are 0, the training's own.
/// \throws Error if one of them is not known, or unless 0 < min <= max
NoiseRange sampling_range(const SampleOptions& options, const SampleContext& context);

/// The schedule that the options name, of `count` levels.
/// \throws Error for an unknown name, and as sampling_range
std::vector<double> build_noise_levels(const SampleOptions& options, const SampleContext& context, int64_t count);

/// Which noise level a step believes to be in x.
enum class NoiseSource {
  schedule,  ///< the schedule's, the same for all chains
  implied,   ///< ||x - D(x)|| / sqrt(d), each chain its own: corrects what earlier steps left
};

/// How a step goes from noise `from` to noise `to`:  x <- x + (keep - 1)(x - D(x)) + fresh n.
struct NoiseStep {
  Tensor keep;   ///< () or (B) float64: the part of the residual that stays
  Tensor fresh;  ///< () or (B) float64: the size of the renewed noise
};

/// fresh = eta to sqrt(1 - (to/from)^2) and keep = sqrt(to^2 - fresh^2) / from: of noise `from`, what stays and what is
/// fresh add up to noise `to`. A chain whose noise is already below `to` is left alone.
/// \param from  () or (B) float64
/// \param eta   0: nothing is renewed; 1: all that the posterior given noise `from` and datum leaves open
NoiseStep noise_step(const Tensor& from, double to, double eta);

/// The level that the source gives: () the scheduled one, or (B) that of the residual x - D(x).
Tensor believed_noise(NoiseSource source, double scheduled, const Tensor& residual);

/// values () or (B) in the type of x, shaped so that they multiply x (B, ...).
Tensor scaled_like(const Tensor& values, const Tensor& x);

}  // namespace mdsm
