#include "mdsm/restore/blur.h"

#include <cmath>
#include <numbers>

#include "mdsm/base/alone.h"
#include "mdsm/base/error.h"
#include "mdsm/restore/cosine.h"
#include "mdsm/restore/kernels.h"

namespace mdsm {
namespace {

/// The kernel with its centre at (0, 0) of an otherwise empty image, indices taken circularly.
Tensor wrapped_kernel(const Tensor& kernel, int64_t height, int64_t width) {
  const int64_t rows = kernel.size(0);
  const int64_t columns = kernel.size(1);
  Tensor image = at::zeros({height, width}, at::kDouble);
  image.narrow(0, 0, rows).narrow(1, 0, columns).copy_(kernel);
  return image.roll({-(rows / 2), -(columns / 2)}, {0, 1});
}

/// cos(pi i k / n) of frequencies i = 0 .. n - 1 and offsets k = -r .. r: (n, 2 r + 1)
Tensor cosines(int64_t n, int64_t size) {
  const int64_t middle = size / 2;
  const Tensor offset = at::arange(size, at::kDouble) - static_cast<double>(middle);
  return (at::arange(n, at::kDouble).unsqueeze(1) * offset * (std::numbers::pi / static_cast<double>(n))).cos();
}

Tensor response_of(const Tensor& kernel, Boundary boundary, const Shape& domain) {
  require(domain.size() == 3, "blur: data of shape {} are no images.", to_text(domain));
  const int64_t height = domain[1];
  const int64_t width = domain[2];
  require(kernel.dim() == 2 && kernel.size(0) % 2 == 1 && kernel.size(1) % 2 == 1 && kernel.size(0) <= height &&
              kernel.size(1) <= width,
          "blur: a kernel of shape {} for images of {} x {} (expected odd sizes, not larger than the image).",
          to_text(kernel.sizes()), height, width);
  const Tensor k = kernel.to(at::kDouble);
  Tensor response;
  if (boundary == Boundary::circular) {
    response = at::fft_rfft2(wrapped_kernel(k, height, width));
  } else {
    require(is_symmetric(k),
            "blur: the kernel is not symmetric (a reflecting border needs that). Take the circular border.");
    require_cosine_sides(height, width, "blur with a reflecting border");
    response = cosines(height, k.size(0)).mm(k).mm(cosines(width, k.size(1)).t());
  }
  const double largest = response.abs().max().item<double>();
  require(std::isfinite(largest) && largest > 0, "blur: the kernel is 0 or not finite.");
  return at::where(response.abs() < Blur::kFloor * largest, at::zeros_like(response), response);
}

/// 1/h where h is not 0, else 0.
Tensor inverse_of(const Tensor& h) {
  const Tensor passed = h.abs() > 0;
  return at::where(passed, h.conj() / at::where(passed, h.abs(), at::ones_like(h.abs())).square(), at::zeros_like(h));
}

}  // namespace

Blur::Blur(const Tensor& kernel, Boundary boundary, const Shape& domain)
    : LinearOperator(domain, domain),
      boundary_(boundary),
      response_(response_of(kernel, boundary, domain)),
      largest_(response_.abs().max().item<double>()) {}

Tensor Blur::scaled(const Tensor& x, const Tensor& weights) const {
  const bool single = x.scalar_type() == at::kFloat;
  if (boundary_ == Boundary::reflect) return inverse_cosine_transform(cosine_transform(x) * weights.to(x.options()));
  const auto type = weights.is_complex() ? (single ? at::kComplexFloat : at::kComplexDouble) : x.scalar_type();
  const std::array<int64_t, 2> sides{x.size(2), x.size(3)};
  const Tensor spectra = map_each_alone(x, [](const Tensor& one) { return at::fft_rfft2(one); });
  return map_each_alone(spectra * weights.to(x.options().dtype(type)),
                        [&](const Tensor& one) { return at::fft_irfft2(one, at::IntArrayRef(sides)); });
}

Tensor Blur::do_adjoint(const Tensor& y) const { return scaled(y, response_.conj()); }

Tensor Blur::do_pseudo_inverse(const Tensor& y) const { return scaled(y, inverse_of(response_)); }

Tensor Blur::do_filter(const Tensor& x, const SpectralFunction& f) const {
  const Tensor s = response_.abs().to(x.options());
  return scaled(x, f(s.view({1, 1, s.size(0), s.size(1)})));
}

}  // namespace mdsm
