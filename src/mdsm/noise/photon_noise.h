#pragma once

#include "mdsm/base/options.h"
#include "mdsm/base/tensor.h"

namespace mdsm {

/// Noise of counted photons and of reading them out: y = gain * Poisson(x / gain) + read_noise * N(0, 1), whose variance is
/// gain x + read_noise^2; x and y in units of pixels, in which a photon is `gain`.
struct PhotonNoise {
  double gain = 0;  ///< 0: there is none
  double read_noise = 0;

  template <class Option> void visit(Option&& option) {
    option(
        "photon_gain", gain,
        "noise of counted photons: a pixel's level a photon, so that its variance is photon-gain times the pixel; it is "
        "made even before denoising, and the way back is unbiased; 0: noise that is even already",
        at_least(0));
    option("read_noise", read_noise, "with photon-gain: standard deviation of what is added beside photons' noise",
           at_least(0));
  }
};

/// The generalised Anscombe transform of such pixels, from [0, 1] to [0, 1]: noise then has about the same standard
/// deviation, even_sigma(), whatever the pixel (docs/derivations/photon-noise.md).
/// \throws Error unless the gain is above 0 and read_noise at least 0, both finite
class EvenNoise {
 public:
  explicit EvenNoise(const PhotonNoise& noise);

  Tensor forward(const Tensor& y) const;
  /// The mean of y from the mean of forward(y): the closed form of the exact unbiased inverse, at least 0.
  /// Source: Makitalo and Foi 2011, IEEE TIP 20(9), equation 10, and 2013, IEEE TIP 22(1), for noise of reading.
  Tensor unbiased_inverse(const Tensor& mean) const;
  /// The standard deviation of noise after forward().
  double even_sigma() const { return 1 / (white_ - black_); }

 private:
  double gain_;
  double read_noise_;     // in photons
  double black_, white_;  // what the transform of variance 1 makes of 0 and 1
};

}  // namespace mdsm
