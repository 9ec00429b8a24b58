#pragma once

#include <span>
#include <string>
#include <vector>

#include "mdsm/jobs/restoration_quality.h"

namespace mdsm {

/// The request, means over images of PSNR and SSIM, ours and the others', where the truth is known: {"ours": {"psnr",
/// "ssim"; of colour images "psnr_luma", "ssim_luma"}, "ours_mean" (of the samples' mean, if there are several),
/// "pseudo_inverse", "classical", "images": [{"name", "height", "width", "missing_pixels", ...}]}. null stands for what
/// is not finite, and for the SSIM of images below 11 x 11.
std::string restoration_json(const TrainedEnergy& trained, const RestorationRequest& request,
                             std::span<const Restoration> parts, const std::vector<std::string>& names);

/// PSNR and SSIM as a table, a row an image and their means.
std::string restoration_table(std::span<const Restoration> parts, const std::vector<std::string>& names);

}  // namespace mdsm
