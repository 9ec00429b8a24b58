#pragma once

#include "mdsm/data/synthetic/density.h"

namespace mdsm {

/// Uniform on the squares of one colour of a board of `squares` x `squares` that covers [-half_width, half_width]^2.
///
/// The square in the lower left corner is filled. Edges belong to the squares that they bound.
class Checkerboard final : public SyntheticDensity {
 public:
  /// \throws Error unless there are an even number of squares >= 2 and the width is positive
  Checkerboard(int64_t squares, double half_width);

  double log_density_at(double x, double y) const override;
  PlanePoint draw(const RandomKey& key) const override;
  std::vector<std::string> parts() const override;
  double half_width() const override { return half_width_; }

 private:
  int64_t squares_;
  double half_width_;
  double side_;
};

}  // namespace mdsm
