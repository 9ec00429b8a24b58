#include "mdsm/restore/guide.h"

namespace mdsm {
namespace {

/// Length of the difference quotient's step a pixel, over the level: far above the rounding of bfloat16, far below
/// what changes D's slope.
constexpr double kProbe = 0.1;
/// Least slope of D along a measured direction that is believed: a blind denoiser's may be anything, also negative.
constexpr double kLeastSlope = 1e-3;
constexpr double kTiny = 1e-30;

/// <a, b> of each datum, (B) float64.
Tensor products(const Tensor& a, const Tensor& b) { return sum_per_datum(a.to(at::kDouble) * b.to(at::kDouble)); }

Tensor scaled(const Tensor& x, const Tensor& factor) { return x * per_datum(factor.to(x.options()), x); }

/// Root mean square of each datum, (B) float64.
Tensor size_of(const Tensor& u) {
  const auto pixels = static_cast<double>(element_count(datum_shape_of(u)));
  return (products(u, u) / pixels).sqrt().clamp_min(kTiny);
}

/// C u = level^2 (dD/dx) u by one more D.
class Covariance {
 public:
  Covariance(Denoiser& denoiser, const GuidedPoint& at) : denoiser_(denoiser), at_(at) {}

  Tensor times(const Tensor& u) {
    const Tensor level = at_.level.to(at::kDouble);
    const Tensor probe = level * kProbe / size_of(u);
    const Tensor moved = denoiser_(at_.x + scaled(u, probe), at_.rows);
    return scaled(moved - at_.denoised, level.square() / probe);
  }

 private:
  Denoiser& denoiser_;
  const GuidedPoint& at_;
};

/// D + move, the mean square of the move being at most level^2, which that of x_0 about D is at most.
Tensor moved_by(const Tensor& denoised, const Tensor& move, const Tensor& level) {
  return denoised + scaled(move, (level / size_of(move)).clamp_max(1));
}

}  // namespace

Tensor bounded_mean(Denoiser& denoiser, const Measurement& measurement, const GuidedPoint& at) {
  const double noise = measurement.sigma() * measurement.sigma();
  const Tensor variance = per_datum(at.level.to(at.x.options()).square(), at.x);
  const Tensor u = measurement.a().filter(measurement.projected() - at.denoised, [&](const Tensor& s) {
    return s.square() / (noise + variance * s.square()).clamp_min(kTiny);
  });
  return moved_by(at.denoised, Covariance(denoiser, at).times(u), at.level.to(at::kDouble));
}

Tensor guided_mean(Denoiser& denoiser, const Measurement& measurement, const GuidedPoint& at, int64_t steps) {
  const LinearOperator& a = measurement.a();
  const double noise = measurement.sigma() * measurement.sigma();
  const Tensor measured = a.where_measured().to(at.x.options());
  Covariance covariance(denoiser, at);
  const Tensor level = at.level.to(at::kDouble);
  Tensor move = at::zeros_like(at.denoised);
  Tensor residual = (measurement.y() - a.apply(at.denoised)) * measured;
  Tensor direction = residual;
  Tensor size = products(residual, residual);
  for (int64_t step = 0; step < steps; ++step) {
    const Tensor u = a.adjoint(direction);
    const Tensor spread = covariance.times(u);  // C A' p
    const Tensor image = noise * direction + a.apply(spread) * measured;
    const Tensor least = noise * products(direction, direction) + kLeastSlope * level.square() * products(u, u) + kTiny;
    const Tensor part = size / at::maximum(products(direction, image), least);
    move = move + scaled(spread, part);
    residual = residual - scaled(image, part);
    const Tensor left = products(residual, residual);
    direction = residual + scaled(direction, left / size.clamp_min(kTiny));
    size = left;
  }
  return moved_by(at.denoised, move, level);
}

}  // namespace mdsm
