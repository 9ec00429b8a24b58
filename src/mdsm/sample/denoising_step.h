#pragma once

#include <algorithm>
#include <vector>

#include "mdsm/base/error.h"

namespace mdsm {

/// The temperature whose chain has noise sigma: (sigma/sigma0)^2.
inline double tempering(double sigma, double sigma0) { return sigma * sigma / (sigma0 * sigma0); }

/// \throws Error unless there is at least one level, each positive, none above the one before it
inline void require_levels(const std::vector<double>& levels) {
  require(!levels.empty() && levels.back() > 0 && std::is_sorted(levels.rbegin(), levels.rend()),
          "denoising sampler: the noise levels must be positive and fall ({} levels were given).", levels.size());
}

}  // namespace mdsm
