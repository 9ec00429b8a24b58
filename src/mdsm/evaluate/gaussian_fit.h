#pragma once

#include <memory>
#include <string>

#include "mdsm/base/watch.h"
#include "mdsm/data/source.h"
#include "mdsm/energy/analytic/analytic.h"
#include "mdsm/evaluate/moments.h"

namespace mdsm {

/// Moments of all data of a finite source, flattened; memory is that of one batch and a few (D, D) matrices.
/// \throws Error unless there are 2 or more and D <= 16384
Moments data_moments(const Source& data, const Watch& watch = {});

/// Shape of the Gaussian that annealing starts from.
enum class ReferenceShape {
  diagonal,  ///< a variance a pixel
  low_rank,  ///< the variances along the data's principal directions, and their mean across them
};

/// "diagonal", "low-rank" in the order of the enum.
const std::vector<std::string>& reference_shape_names();
/// \throws Error that names the nearest
ReferenceShape reference_shape(const std::string& name);

/// The Gaussian of the data's mean, and of their covariance widened by noise: S = cov + noise^2 I. An energy trained at
/// the reference scale sigma0 has the density of data smoothed with sigma0, which is what `noise` is for.
/// \param rank directions that low_rank keeps, cut to D
/// \param noise  in units of the data; positive, as some pixels never vary
std::unique_ptr<AnalyticEnergy> gaussian_reference(const Moments& moments, const Shape& datum_shape,
                                                   ReferenceShape shape, int64_t rank, double noise);

}  // namespace mdsm
