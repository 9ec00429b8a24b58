#pragma once

#include <functional>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Digits (B) int64, 0 to 9, of one-channel images (B, 1, H, W) in [0, 1].
using DigitClassifier = std::function<Tensor(const Tensor& images)>;

/// Modes of stacked MNIST: the numbers 0 to 999 that three digits make.
inline constexpr int64_t kStackedModes = 1000;

/// (B) int64: 100 a + 10 b + c of the digits in the three channels of (B, 3, H, W).
/// \throws Error for another shape, or if the classifier's answers are no digits
Tensor stacked_modes(const Tensor& images, const DigitClassifier& classify);

/// How many of the modes some samples reach, and how evenly.
struct ModeCoverage {
  int64_t samples = 0;
  int64_t modes = 0;          ///< that at least one sample is of
  double reverse_kl = 0;      ///< sum_m q_m log(q_m / (1/1000)) in nats, q the samples' shares: KL(samples || data)
  double expected_modes = 0;  ///< of a perfect sampler with as many samples: 1000 (1 - (1 - 1/1000)^n)
  double expected_kl = 0;     ///< of a perfect sampler, by simulation: shares of few samples are never even
};

/// \param modes  (N) int64 in 0 .. 999
/// Source: Metz, Poole, Pfau, Sohl-Dickstein 2017, "Unrolled generative adversarial networks", section 3.3.1.
ModeCoverage mode_coverage(const Tensor& modes);

}  // namespace mdsm
