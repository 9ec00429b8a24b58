#pragma once

#include <cstdint>
#include <string>

#include "mdsm/base/options.h"
#include "mdsm/base/watch.h"
#include "mdsm/data/distances.h"
#include "mdsm/data/source.h"

namespace mdsm {

struct NoiseRangeOptions {
  static constexpr int64_t kLargestSeed = 1'000'000'000;

  int64_t data = 2000;
  int64_t seed = 0;

  template <class Option> void visit(Option&& option) {
    option("data", data, "how many data are compared with each other", between(2, 10000));
    option("seed", seed, "picks them; a set that never ends gives its first", between(0, kLargestSeed));
  }
};

/// Suggested noise levels and what they were derived from; distances and sigmas in the unit of the data.
struct SuggestedNoise {
  double sigma_min = 0;
  double sigma_max = 0;
  int64_t levels = 0;     ///< geometric levels whose shells touch
  int64_t data = 0;       ///< that were compared
  int64_t dimension = 0;  ///< d = C H W
  DistanceStatistics distances;
  double start_distance = 0;  ///< median distance of a datum to where chains start: 0.5 (images), the mean (vectors)
  double pixel_step = 0;      ///< 1/255 if the images hold no other values than k/255; 0 otherwise
  std::string reason;         ///< lines of text for people: each condition with its value
};

/// Suggests sigma_min and sigma_max for denoising score matching on these data.
///
/// With d dimensions, noise of size sigma puts a datum on a shell of radius sqrt(d) sigma and half thickness
/// sigma/sqrt(2):
///
///     sigma_max = max(R / (2d)^(1/4), D_max / sqrt(d))            R = max(D_median, start_distance)
///     sigma_min = max(D_nearest / (2 sqrt(d)), pixel_step)        D_nearest: lower quartile of the nearest distances
///     levels    = 1 + ceil(log(sigma_max/sigma_min) / log((sqrt(2d) + 1)/(sqrt(2d) - 1)))
///
/// and never sigma_min above sigma_max/2. docs/derivations/noise-range.md gives the reasons. Data are picked by
/// subset_of, fewer than asked for where they would take more than 512 MiB.
/// \throws Error if there are fewer than two data, all are equal or some are not finite; (interrupted)
SuggestedNoise suggest_noise_range(const Source& source, const NoiseRangeOptions& options = {},
                                   const Watch& watch = {});

/// Geometric levels from sigma_min to sigma_max, both included, whose shells touch in d dimensions; at least 2.
/// \throws Error unless 0 < sigma_min < sigma_max and d >= 1
int64_t touching_levels(double sigma_min, double sigma_max, int64_t dimension);

}  // namespace mdsm
