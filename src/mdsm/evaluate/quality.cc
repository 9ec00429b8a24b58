#include "mdsm/evaluate/quality.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr int64_t kWindow = 11;
constexpr double kWidth = 1.5;
constexpr double kC1 = 0.01 * 0.01;
constexpr double kC2 = 0.03 * 0.03;

void require_pair(const Tensor& x, const Tensor& truth, const char* who) {
  require(x.dim() == 4 && x.size(0) >= 1 && x.sizes() == truth.sizes() && at::isFloatingType(x.scalar_type()) &&
              at::isFloatingType(truth.scalar_type()),
          "{}: images {} against {} (expected two equal batches (B, C, H, W) in floating point).", who,
          to_text(x.sizes()), to_text(truth.sizes()));
}

/// Weighted means under the window at every place inside: (B, C, H - 10, W - 10).
Tensor window_mean(const Tensor& x) {
  const Tensor place = at::arange(kWindow, at::kDouble) - (kWindow - 1) / 2.0;
  const Tensor row = (place.square() / (-2 * kWidth * kWidth)).exp();
  const Tensor weights = row / row.sum();
  const Tensor planes = x.flatten(0, 1).unsqueeze(1);
  const Tensor columns = at::conv2d(planes, weights.view({1, 1, kWindow, 1}));
  return at::conv2d(columns, weights.view({1, 1, 1, kWindow}))
      .view({x.size(0), x.size(1), x.size(2) - kWindow + 1, -1});
}

}  // namespace

Tensor psnr(const Tensor& x, const Tensor& truth) {
  require_pair(x, truth, "PSNR");
  return (x.to(at::kDouble) - truth.to(at::kDouble)).square().flatten(1).mean(1).log10() * -10;
}

Tensor ssim(const Tensor& x, const Tensor& truth) {
  require_pair(x, truth, "SSIM");
  require(x.size(2) >= kWindow && x.size(3) >= kWindow, "SSIM: images of {} x {} pixels (the window has {} x {}).",
          x.size(2), x.size(3), kWindow, kWindow);
  const Tensor a = x.to(at::kDouble);
  const Tensor b = truth.to(at::kDouble);
  const Tensor mean_a = window_mean(a);
  const Tensor mean_b = window_mean(b);
  const Tensor variance_a = window_mean(a * a) - mean_a.square();
  const Tensor variance_b = window_mean(b * b) - mean_b.square();
  const Tensor covariance = window_mean(a * b) - mean_a * mean_b;
  const Tensor value = (2 * mean_a * mean_b + kC1) * (2 * covariance + kC2) /
                       ((mean_a.square() + mean_b.square() + kC1) * (variance_a + variance_b + kC2));
  return value.flatten(1).mean(1);
}

ImageQuality image_quality(const Tensor& restored, const Tensor& truth) {
  const Tensor clamped = restored.clamp(0, 1);
  const bool large = truth.size(2) >= kWindow && truth.size(3) >= kWindow;
  const Tensor p = psnr(clamped, truth);
  return {p, large ? ssim(clamped, truth) : at::full_like(p, std::nan(""))};
}

}  // namespace mdsm
