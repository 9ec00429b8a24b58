#include "mdsm/noise/photon_noise.h"

#include <cmath>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

/// 2 sqrt(n + 3/8 + r^2) of n photons.
double anscombe(double photons, double read_noise) { return 2 * std::sqrt(photons + 0.375 + read_noise * read_noise); }

}  // namespace

EvenNoise::EvenNoise(const PhotonNoise& noise) : gain_(noise.gain), read_noise_(noise.read_noise / noise.gain) {
  require(noise.gain > 0 && std::isfinite(noise.gain) && noise.read_noise >= 0 && std::isfinite(noise.read_noise),
          "photon noise: photon_gain {:g} and read_noise {:g} (expected a gain above 0, and numbers that are finite).",
          noise.gain, noise.read_noise);
  black_ = anscombe(0, read_noise_);
  white_ = anscombe(1 / gain_, read_noise_);
}

Tensor EvenNoise::forward(const Tensor& y) const {
  const Tensor even = (y / gain_ + (0.375 + read_noise_ * read_noise_)).clamp_min_(0).sqrt_().mul_(2);
  return even.sub_(black_).div_(white_ - black_);
}

Tensor EvenNoise::unbiased_inverse(const Tensor& mean) const {
  const double root = std::sqrt(1.5);  // 2 sqrt(3/8): the transform of no photon, where the closed form is 0
  const Tensor d = (mean.to(at::kDouble) * (white_ - black_) + black_).clamp_min_(root);
  const Tensor r = d.reciprocal();
  // d^2/4 - 1/8 + r root/4 - r^2 11/8 + r^3 root 5/8
  const Tensor photons = d.square() / 4 - 0.125 + r * (root / 4 + r * (r * (root * 0.625) - 1.375));
  return (photons - read_noise_ * read_noise_).clamp_min_(0).mul_(gain_).to(mean.scalar_type());
}

}  // namespace mdsm
