#pragma once

#include "mdsm/evaluate/moments.h"

namespace mdsm {

/// Squared Frechet (2-Wasserstein) distance of two Gaussians, and its two parts.
struct FrechetDistance {
  double distance = 0;         ///< mean_part + covariance_part, at least 0
  double mean_part = 0;        ///< ||m1 - m2||^2
  double covariance_part = 0;  ///< tr(S1 + S2 - 2 (S1 S2)^(1/2))
};

/// Frechet distance between features' Gaussians: Heusel et al. 2017, arXiv:1706.08500, equation 6.
///
/// tr (S1 S2)^(1/2) is the sum of the square roots of the eigenvalues of the symmetric S1^(1/2) S2 S1^(1/2), those that
/// rounding made negative counted as 0: no complex square root, also where a covariance is singular.
/// \throws Error if the two differ in size
FrechetDistance frechet_distance(const Moments& a, const Moments& b);

/// Eigenvalues of a covariance above 1e-10 of the largest: below the number of features it is singular.
int64_t covariance_rank(const Tensor& covariance);

}  // namespace mdsm
