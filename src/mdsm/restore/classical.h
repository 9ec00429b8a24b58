#pragma once

#include <string>
#include <vector>

#include "mdsm/restore/measurement.h"

namespace mdsm {

// Restorations that know no data: what an energy's are compared with. All (B, C, H, W).

/// Fills the missing pixels with the harmonic function that the measured ones bound: the mean of its neighbours at
/// every missing pixel, reflecting at the image's border, by conjugate gradients.
/// \param image  measured where mask is 1
/// \param mask  (C, H, W) of 0 and 1 A channel without a measured pixel becomes 0.
Tensor harmonic_fill(const Tensor& image, const Tensor& mask);

/// The image of least total variation among those with ||A x - y||^2 <= sigma^2 M, M the measured numbers of y (with
/// sigma = 0, A x = y), by primal-dual steps. Isotropic, each channel by itself. Sources: Rudin, Osher, Fatemi 1992;
/// Chambolle and Pock 2011, algorithm 1.
Tensor total_variation(const Measurement& measurement, int64_t iterations = 500);

/// Enlarges by bicubic interpolation.
/// \param shape  (C, H, W) of the result
Tensor bicubic(const Tensor& small, const Shape& shape);

/// The names of baselines: "harmonic" (in-painting), "bicubic" (super-resolution), "grey" (the grey image in every
/// channel), "tv" (total variation, of every measurement).
const std::vector<std::string>& baseline_names();

/// The baseline that the name says; "auto" is harmonic for in-painting without noise, bicubic for downsampling, grey
/// for decolorize, else tv.
/// \throws Error for an unknown name, or one that does not fit the operator
std::string resolved_baseline(const std::string& name, const Measurement& measurement);
Tensor classical_restoration(const std::string& resolved, const Measurement& measurement);

/// The measurement as people know it, (B, C, H, W): y itself where it is an image of that size, mid-grey where pixels
/// are missing; the grey image of decolorize in every channel; else A+ y.
Tensor as_picture(const Measurement& measurement);

}  // namespace mdsm
