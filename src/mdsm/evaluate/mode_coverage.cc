#include "mdsm/evaluate/mode_coverage.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"

namespace mdsm {
namespace {

constexpr int64_t kSimulations = 50;

/// KL of the shares of counts (modes) from the uniform law, in nats.
double divergence(const Tensor& counts) {
  const Tensor shares = counts.to(at::kDouble) / counts.sum().to(at::kDouble);
  return at::xlogy(shares, shares * static_cast<double>(counts.numel())).sum().item<double>();
}

/// The mean divergence of `samples` draws from the uniform law.
double divergence_of_even_draws(int64_t samples) {
  double sum = 0;
  for (int64_t i = 0; i < kSimulations; ++i) {
    const Tensor uniform = RandomRows::slots(0, Stream::bootstrap, static_cast<uint32_t>(i), 1).uniform(0, {samples});
    const Tensor mode = (uniform.flatten() * static_cast<double>(kStackedModes)).to(at::kLong);
    sum += divergence(at::bincount(mode.clamp_max(kStackedModes - 1), {}, kStackedModes));
  }
  return sum / static_cast<double>(kSimulations);
}

}  // namespace

Tensor stacked_modes(const Tensor& images, const DigitClassifier& classify) {
  require(images.dim() == 4 && images.size(1) == 3 && images.size(0) >= 1,
          "modes: images of shape {} (stacked MNIST has three channels, (B, 3, H, W)). Use a run trained on "
          "stacked-mnist.",
          to_text(images.sizes()));
  Tensor mode = at::zeros({images.size(0)}, at::kLong);
  for (int64_t channel = 0; channel < 3; ++channel) {
    const Tensor digit = classify(images.narrow(1, channel, 1));
    require(digit.sizes() == mode.sizes() && ((digit >= 0) & (digit <= 9)).all().item<bool>(),
            "modes: the classifier's answers are no digits, one an image.");
    mode = mode * 10 + digit.to(at::kLong);
  }
  return mode;
}

ModeCoverage mode_coverage(const Tensor& modes) {
  require(modes.dim() == 1 && modes.size(0) >= 1 && modes.min().item<int64_t>() >= 0 &&
              modes.max().item<int64_t>() < kStackedModes,
          "modes: expected (N) numbers of 0 to {}.", kStackedModes - 1);
  const Tensor counts = at::bincount(modes, {}, kStackedModes);
  const int64_t samples = modes.size(0);
  const auto all = static_cast<double>(kStackedModes);
  return {.samples = samples,
          .modes = (counts > 0).sum().item<int64_t>(),
          .reverse_kl = divergence(counts),
          .expected_modes = all * (1 - std::pow(1 - 1 / all, static_cast<double>(samples))),
          .expected_kl = divergence_of_even_draws(samples)};
}

}  // namespace mdsm
