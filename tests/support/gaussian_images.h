#pragma once

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/restore/cosine.h"
#include "mdsm/restore/measurement.h"

namespace mdsm::testing {

/// Images (C, n, n) from a Gaussian N(1/2, S) whose channels are independent and whose S is diagonal in the cosine
/// transform, with more variance at low frequencies as images have: 0.5 / (1 + i^2 + j^2)^1.5. Their exact posterior is
/// known for every linear measurement, and so is the denoiser that does not know the noise.
class GaussianImages {
 public:
  explicit GaussianImages(Shape shape) : shape_(std::move(shape)) {
    const Tensor i = at::arange(shape_[1], at::kDouble).square();
    spectrum_ = 0.5 * (1 + i.unsqueeze(1) + i).pow(-1.5);
  }

  const Shape& shape() const { return shape_; }
  Tensor mean() const { return at::full(shape_, 0.5, at::kDouble); }
  /// (D, D) float64
  Tensor covariance() const {
    const int64_t size = element_count(shape_);
    const Tensor unit = at::eye(size, at::kDouble).view(batch_shape(size, shape_));
    return inverse_cosine_transform(cosine_transform(unit) * spectrum_).view({size, size});
  }

  /// E[x_0 | x] with the level that makes x most likely: what a blind denoiser can know.
  Tensor denoised(const Tensor& x) const {
    const Tensor c = cosine_transform(x.to(at::kDouble) - 0.5);
    const Tensor square = c.square();
    Tensor low = at::full({x.size(0), 1, 1, 1}, -23.0, at::kDouble);  // of log(level^2)
    Tensor high = at::full_like(low, 9.0);
    for (int iteration = 0; iteration < 40; ++iteration) {
      const Tensor middle = (low + high) / 2;
      const Tensor variance = spectrum_ + middle.exp();
      const Tensor slope = (square / variance.square() - 1 / variance).sum({1, 2, 3}, true);
      low = at::where(slope > 0, middle, low);
      high = at::where(slope > 0, high, middle);
    }
    const Tensor gain = spectrum_ / (spectrum_ + ((low + high) / 2).exp());
    return (inverse_cosine_transform(c * gain) + 0.5).to(x.scalar_type());
  }

 private:
  Shape shape_;
  Tensor spectrum_;  // (n, n)
};

/// The Gaussian posterior p(x | y) of images given one measurement each.
struct GaussianPosterior {
  Tensor mean;        ///< (B, D) float64
  Tensor covariance;  ///< (D, D), the same for all

  GaussianPosterior(const GaussianImages& images, const Measurement& measurement) {
    const LinearOperator& a = measurement.a();
    const int64_t size = element_count(images.shape());
    const Tensor unit = at::eye(size, at::kDouble).view(batch_shape(size, images.shape()));
    const Tensor kept = a.where_measured().flatten().nonzero().flatten();
    const Tensor rows = a.apply(unit).flatten(1).index_select(1, kept).t();  // A, (M, D)
    const Tensor prior = images.covariance();
    const Tensor across = prior.mm(rows.t());  // S A'
    // Without noise a blur's weakest directions are beyond float64: 1e-9 of the prior's variance stands for none.
    const double noise = std::max(measurement.sigma() * measurement.sigma(), 1e-10);
    const Tensor among = rows.mm(across) + noise * at::eye(kept.size(0), at::kDouble);
    const Tensor gain = at::linalg_solve(among, across.t()).t();  // S A' (A S A' + sigma^2)^-1
    const Tensor prediction = a.apply(images.mean().unsqueeze(0)).flatten(1).index_select(1, kept);
    const Tensor y = measurement.y().to(at::kDouble).flatten(1).index_select(1, kept);
    mean = images.mean().flatten().unsqueeze(0) + (y - prediction).mm(gain.t());
    covariance = prior - gain.mm(across.t());
  }
};

}  // namespace mdsm::testing
