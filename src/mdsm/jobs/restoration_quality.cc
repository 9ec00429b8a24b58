#include "mdsm/jobs/restoration_quality.h"

#include "mdsm/base/error.h"
#include "mdsm/data/transform.h"

namespace mdsm {
namespace {

ImageQuality mean_over_samples(const Tensor& samples, const Tensor& truth) {
  Tensors p;
  Tensors s;
  for (int64_t k = 0; k < samples.size(0); ++k) {
    const ImageQuality one = image_quality(samples[k], truth);
    p.push_back(one.psnr);
    s.push_back(one.ssim);
  }
  return {at::stack(p).mean(0), at::stack(s).mean(0)};
}

Tensor without_border(const Tensor& images, int64_t border) {
  const int64_t height = images.size(-2) - 2 * border, width = images.size(-1) - 2 * border;
  require(height >= 1 && width >= 1, "restoration: a border of {} pixels leaves nothing of images of {} x {}.", border,
          images.size(-2), images.size(-1));
  return images.narrow(-2, border, height).narrow(-1, border, width);
}

/// Of samples (K, N, C, h, w) of one part.
RestorationQuality quality_of(const std::string& name, const Tensor& samples, const Restoration& part) {
  const Tensor clamped = without_border(samples, part.border).clamp(0, 1);
  const Tensor truth = without_border(part.truth, part.border);
  RestorationQuality row{name, mean_over_samples(clamped, truth), {}};
  if (truth.size(1) == 3) {
    const Tensor grey = to_channels(clamped.flatten(0, 1), 1);
    row.luma =
        mean_over_samples(grey.view({clamped.size(0), -1, 1, grey.size(2), grey.size(3)}), to_channels(truth, 1));
  }
  return row;
}

std::vector<RestorationQuality> quality_of(const Restoration& part) {
  require(part.truth.defined(),
          "restoration: the truth is not known (the images were measurements). There is no quality.");
  std::vector<RestorationQuality> rows{quality_of("ours", part.samples, part)};
  if (part.samples.size(0) > 1) rows.push_back(quality_of("ours_mean", part.samples.mean(0, /*keepdim=*/true), part));
  rows.push_back(quality_of("pseudo_inverse", part.pseudo_inverse.unsqueeze(0), part));
  rows.push_back(quality_of("classical", part.classical.unsqueeze(0), part));
  return rows;
}

ImageQuality joined(const ImageQuality& a, const ImageQuality& b) {
  if (!a.psnr.defined()) return a;
  return {at::cat({a.psnr, b.psnr}), at::cat({a.ssim, b.ssim})};
}

}  // namespace

std::vector<RestorationQuality> restoration_quality(std::span<const Restoration> parts) {
  require(!parts.empty(), "restoration: there are no images.");
  std::vector<RestorationQuality> all = quality_of(parts.front());
  for (const Restoration& part : parts.subspan(1)) {
    const std::vector<RestorationQuality> more = quality_of(part);
    for (size_t i = 0; i < all.size(); ++i)
      all[i] = {all[i].name, joined(all[i].quality, more[i].quality), joined(all[i].luma, more[i].luma)};
  }
  return all;
}

std::vector<std::string> restoration_notes(std::span<const Restoration> parts, double sigma) {
  const Restoration& first = parts.front();
  const int64_t count = first.samples.size(0);
  const std::string draw =
      "one restoration is a draw of what the measurement leaves open: its mean square error is about twice that of the "
      "mean of many";
  if (!first.truth.defined()) {
    if (sigma == 0 || count > 1) return {};
    return {draw + ". For the least error take the mean of several (samples)."};
  }
  const auto psnr = [](const RestorationQuality& row) { return row.quality.psnr.mean().item<double>(); };
  const std::vector<RestorationQuality> rows = restoration_quality(parts);
  const RestorationQuality& classical = rows.back();
  const RestorationQuality& inverse = rows[rows.size() - 2];
  const bool inverse_wins = psnr(inverse) > psnr(classical);
  const double best = psnr(inverse_wins ? inverse : classical);
  const std::string name = inverse_wins ? "the pseudo-inverse" : first.baseline;
  std::vector<std::string> notes;
  if (psnr(rows.front()) < best) {
    notes.push_back(fmt::format("{} is {:.2f} dB nearer to these images than one restoration ({}).{}", name,
                                best - psnr(rows.front()), draw,
                                count > 1 ? "" : " For the least error take the mean of several (samples)."));
  }
  if (count > 1 && psnr(rows[1]) < best) {
    notes.push_back(
        fmt::format("{} is {:.2f} dB nearer to these images than the mean of {} restorations: here it is "
                    "the better one, by PSNR.",
                    name, best - psnr(rows[1]), count));
  }
  return notes;
}

}  // namespace mdsm
