#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

// How near restored images are to the truth: (B, C, H, W) in [0, 1] against the same, one number an image, (B) float64.
// Pixels are taken as they are: clamp restorations to [0, 1] first.

/// Peak signal-to-noise ratio, -10 log10 of the mean squared error over all pixels and channels, in dB for a largest
/// pixel of 1; infinite where the images are equal.
/// \throws Error unless the shapes agree
Tensor psnr(const Tensor& x, const Tensor& truth);

/// Structural similarity, the mean over windows and channels of
///     (2 m m' + C1)(2 c + C2) / ((m^2 + m'^2 + C1)(v + v' + C2)),    C1 = (0.01)^2, C2 = (0.03)^2,
/// with means m, variances v and covariance c under an 11 x 11 Gaussian window of sigma 1.5, at every place where the
/// window lies inside the image ("valid": no padding). Variances are divided by n, not n - 1.
///
/// The same as scikit-image's structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
/// data_range=1). Source: Wang, Bovik, Sheikh, Simoncelli 2004.
/// \throws Error unless the shapes agree and the images have at least 11 x 11 pixels
Tensor ssim(const Tensor& x, const Tensor& truth);

/// Both of each image, (B) float64.
struct ImageQuality {
  Tensor psnr;
  Tensor ssim;  ///< not a number for images below 11 x 11
};

/// Of restorations, which are clamped to [0, 1] first.
ImageQuality image_quality(const Tensor& restored, const Tensor& truth);

}  // namespace mdsm
