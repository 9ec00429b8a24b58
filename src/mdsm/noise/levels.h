#pragma once

#include <string>

#include "mdsm/base/options.h"
#include "mdsm/base/tensor.h"

namespace mdsm {

/// `count` noise levels from `min` to `max`, equally spaced; (count) float64, in units of the data.
/// \throws Error unless 0 < min <= max and count >= 1
Tensor linear_levels(double min, double max, int64_t count);

/// `count` noise levels sigma_i = min (max/min)^(i/(count-1)); (count) float64, in units of the data.
/// Source: Song and Ermon 2019, arXiv:1907.05600, section 4 (there largest first).
/// \throws Error unless 0 < min <= max and count >= 1
Tensor geometric_levels(double min, double max, int64_t count);

/// The table [noise]: the noise that training adds.
struct NoiseOptions {
  double sigma_min = 0.1;
  double sigma_max = 3;
  std::string levels = "geometric";
  int64_t count = 0;
  double eight_bits = 0;

  template <class Option> void visit(Option&& option) {
    option("sigma_min", sigma_min, "smallest noise level, in units of the data (pixels are in [0, 1])", above(0));
    option("sigma_max", sigma_max, "largest noise level; see `mdsm data noise`", above(0));
    option("levels", levels,
           "how levels are spread: 'linear' or 'geometric' grids, or 'continuous' (log-uniform, "
           "stratified over the batch)",
           one_of({"linear", "geometric", "continuous"}));
    option("count", count, "levels of a grid; 0: one for each slot of the batch, as in the paper", at_least(0));
    option("eight_bits", eight_bits,
           "part of the noisy data that are clipped to [0, 1] and rounded to 255ths, as files of 8 bits keep them",
           between(0, 1));
  }
};

/// Noise levels of the slots of a training batch.
///
/// A grid of as many levels as slots gives slot i level i at every step (the paper's way). A grid of another size K
/// gives slot i of B the level floor((i + u) K / B), u uniform in [0, 1) and fresh at every step: every level is used
/// equally often. 'continuous' gives slot i sigma_min (sigma_max/sigma_min)^((i + u)/B): no gaps between shells.
class NoiseLevels {
 public:
  /// \throws Error unless 0 < sigma_min <= sigma_max and batch >= 1
  NoiseLevels(const NoiseOptions& options, int64_t batch, uint64_t seed);

  /// (count) float32: the levels of slots first .. first + count - 1 at this step.
  Tensor at_step(uint32_t step, int64_t first, int64_t count) const;

 private:
  double sigma_min_;
  double sigma_max_;
  Tensor grid_;  // (K) float64; undefined for continuous levels
  int64_t batch_;
  uint64_t seed_;
};

/// Splits the range of sigma into bands of equal width in log(sigma), so that losses can be told apart by noise.
class NoiseBands {
 public:
  NoiseBands(double sigma_min, double sigma_max, int64_t count);
  int64_t count() const { return count_; }
  /// (B) int64 in 0..count-1; levels outside the range belong to the nearest band.
  Tensor of(const Tensor& sigma) const;
  /// Mean of `values` (B) in each band; NaN for a band that no datum is in.
  std::vector<double> means(const Tensor& sigma, const Tensor& values) const;
  /// The count + 1 limits of the bands.
  std::vector<double> limits() const;

 private:
  double log_min_;
  double log_max_;
  int64_t count_;
};

}  // namespace mdsm
