#pragma once

#include <limits>

#include "mdsm/energy/analytic/gaussian.h"

namespace mdsm::testing {

/// A Gaussian's energy N(1/2, 0.09) that is not a number any more for one datum of a batch, after some evaluations.
class FailingEnergy final : public Energy {
 public:
  /// \param after  evaluations that are right
  /// \param row    of every batch that has so many data
  FailingEnergy(const Shape& shape, int64_t after, int64_t row)
      : gaussian_(at::full(shape, 0.5), at::full({1}, 0.09)), after_(after), row_(row) {}

  Shape datum_shape() const override { return gaussian_.datum_shape(); }
  Tensor value(const Tensor& x) const override { return value_and_gradient(x).value; }
  ValueAndGradient value_and_gradient(const Tensor& x) const override {
    ValueAndGradient at = gaussian_.value_and_gradient(x);
    if (calls_++ < after_ || row_ >= x.size(0)) return at;
    at.value = at.value.clone();
    at.value[row_] = std::numeric_limits<double>::quiet_NaN();
    at.gradient[row_].fill_(std::numeric_limits<double>::quiet_NaN());
    return at;
  }
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override { return gaussian_.linearize(x); }
  const Parameters& parameters() const override { return gaussian_.parameters(); }

 private:
  DiagonalGaussianEnergy gaussian_;
  int64_t after_;
  int64_t row_;
  mutable int64_t calls_ = 0;
};

}  // namespace mdsm::testing
