#include "mdsm/noise/photon_noise.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

constexpr int64_t kCount = 400'000;

/// Pixels of level x under this noise, float64.
Tensor counted(double x, const PhotonNoise& noise, uint64_t seed) {
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const Tensor photons = at::poisson(at::full({kCount}, x / noise.gain, at::kDouble), generator);
  return photons * noise.gain + noise.read_noise * at::randn({kCount}, generator, at::kDouble);
}

struct Level {
  double photons;
  double read_noise;  // in photons
  double off;         // what is allowed for the formula
};

// Summed over all counts, the transform's deviation is 0.9994, 1.0005, 1.0000, 1.0717 and 1.0030; that of 400000 numbers has
// an error of 0.11 %, of which 4 are allowed: a false alarm in 1000 seeds of 15 checks.
TEST(PhotonNoise, IsMadeEven) {
  for (const auto& [photons, read_noise, off] :
       {Level{4, 0, 0.001}, {10, 0, 0.001}, {200, 0, 0.001}, {1, 2, 0.075}, {20, 3, 0.004}}) {
    for (const double gain : {0.002, 0.05, 3.0}) {
      const PhotonNoise noise{.gain = gain, .read_noise = read_noise * gain};
      const EvenNoise even(noise);
      const double deviation = even.forward(counted(photons * gain, noise, 7)).std().item<double>();
      EXPECT_NEAR(deviation / even.even_sigma(), 1, off + 4 * 0.0011) << photons << " photons, gain " << gain;
    }
  }
}

// Summed over all counts, the closed form is off by 0.0007, -0.006, 0.017, 0.009, -0.024 and 0.016 photons; the mean of n
// numbers stands for sqrt(photons + r^2) / sqrt(n) photons, of which 4 are allowed: a false alarm in 2500 seeds of 6 checks.
TEST(PhotonNoise, TheWayBackIsUnbiased) {
  for (const auto& [photons, read_noise, off] :
       {Level{0.5, 0, 0.001}, {2, 0, 0.007}, {10, 0, 0.017}, {200, 0, 0.01}, {1, 2, 0.024}, {20, 3, 0.016}}) {
    const PhotonNoise noise{.gain = 0.05, .read_noise = read_noise * 0.05};
    const EvenNoise even(noise);
    const Tensor y = even.forward(counted(photons * noise.gain, noise, 11));
    const double back = even.unbiased_inverse(y.mean()).item<double>() / noise.gain;
    EXPECT_NEAR(back, photons, off + 4 * std::sqrt((photons + read_noise * read_noise) / kCount));
    // The inverse of the formula alone is a quarter of a photon below, less at few photons.
    const double scale = 1 / even.even_sigma(), black = 2 * std::sqrt(0.375 + read_noise * read_noise);
    const double naive = std::pow(y.mean().item<double>() * scale + black, 2) / 4 - 0.375 - read_noise * read_noise;
    if (photons >= 10) {
      EXPECT_LT(naive, photons - 0.2);
    }
  }
}

TEST(PhotonNoise, BlackAndWhiteStay) {
  const EvenNoise even({.gain = 0.01, .read_noise = 0.02});
  EXPECT_NEAR(even.forward(at::zeros({1})).item<double>(), 0, 1e-6);
  EXPECT_NEAR(even.forward(at::ones({1})).item<double>(), 1, 1e-6);
  EXPECT_EQ(even.forward(at::full({1}, -5.0)).item<double>(), even.forward(at::full({1}, -9.0)).item<double>());
  EXPECT_EQ(even.unbiased_inverse(at::full({1}, -1.0)).item<double>(), 0) << "never below no photon";
  EXPECT_NEAR(EvenNoise({.gain = 0.01}).unbiased_inverse(at::zeros({1})).item<double>(), 0, 1e-6);
  EXPECT_EQ(even.forward(at::zeros({1}, at::kFloat)).scalar_type(), at::kFloat);
  EXPECT_EQ(even.unbiased_inverse(at::zeros({1}, at::kFloat)).scalar_type(), at::kFloat);
}

TEST(PhotonNoise, GainsThatAreNone) {
  expect_error([] { EvenNoise({.gain = 0}); }, "expected a gain above 0");
  expect_error([] { EvenNoise({.gain = 1, .read_noise = -1}); }, "read_noise -1");
  expect_error([] { EvenNoise({.gain = INFINITY}); }, "photon_gain inf");
}

}  // namespace
}  // namespace mdsm
