#pragma once

#include "mdsm/data/synthetic/density.h"
#include "mdsm/energy/energy.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

/// The square [-half_width, half_width]^2 as side x side cells. Densities on it are tensors (side, side) float64, rows
/// from the largest y down and columns from the smallest x up, as a picture shows them.
struct PlaneGrid {
  double half_width = 5;
  int64_t side = 256;

  double cell() const { return 2 * half_width / static_cast<double>(side); }
  /// The cells' centres (side * side, 2) float64, row by row.
  Tensor centres() const;
};

/// A density at the cells' centres, scaled to mass 1 on the grid.
Tensor density_on(const PlaneGrid& grid, const SyntheticDensity& density);
/// exp(-E)/Z at the cells' centres, Z by summing over the grid.
/// \throws Error unless the energy takes points of the plane and is finite on the grid
Tensor density_on(const PlaneGrid& grid, const Energy& energy);

/// The density after noise N(0, sigma^2 I), scaled to mass 1: a separable convolution, cut at six sigma. What would
/// move out of the grid is lost: make it wider than the data by a few sigma.
Tensor smoothed(const PlaneGrid& grid, const Tensor& density, double sigma);

/// KL(p || q) = sum p log(p/q) of two densities on a grid, in nats; infinite where q vanishes and p does not.
double kl_divergence(const PlaneGrid& grid, const Tensor& p, const Tensor& q);

/// A learnt density of the plane beside the true one.
struct PlaneComparison {
  PlaneGrid grid;
  Tensor truth;
  Tensor smoothed;  ///< truth after noise of size sigma0: what a perfect energy would be
  Tensor learned;
  double kl_smoothed = 0;      ///< KL(smoothed truth || learnt), nats
  double kl_truth = 0;         ///< KL(truth || learnt), nats
  double kl_floor = 0;         ///< KL(truth || smoothed truth), nats: what the smoothing alone costs
  double learned_outside = 0;  ///< mass of the learnt density outside the square that holds the truth
};

/// On a grid that is wider than the density by five sigma0.
PlaneComparison compare_on_plane(const Energy& energy, const SyntheticDensity& density, double sigma0, int64_t side);

/// "side", "half_width", then the divergences under the names of the struct.
Results results_of(const PlaneComparison& comparison);

/// Truth, smoothed truth and learnt density side by side, dark where they are large: (1, side + 4, 3 side + 8) uint8.
/// One scale for all, square roots, so that weak parts are seen.
Tensor picture(const PlaneComparison& comparison);

}  // namespace mdsm
