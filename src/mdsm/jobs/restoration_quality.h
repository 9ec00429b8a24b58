#pragma once

#include <span>
#include <string>
#include <vector>

#include "mdsm/evaluate/quality.h"
#include "mdsm/jobs/restoration.h"

namespace mdsm {

/// How near one way to restore comes to the truth, one number an image.
struct RestorationQuality {
  std::string name;
  ImageQuality quality;  ///< over all channels
  ImageQuality luma;     ///< of colour images, over 0.299 R + 0.587 G + 0.114 B in [0, 1]; of grey ones not defined
};

/// "ours" (means over the samples), "ours_mean" (of the samples' mean, if there are several), "pseudo_inverse" and
/// "classical", of the images of all parts in order. Restorations are clamped to [0, 1] first.
/// \throws Error where the truth is not known, or a border leaves nothing of an image
std::vector<RestorationQuality> restoration_quality(std::span<const Restoration> parts);
inline std::vector<RestorationQuality> restoration_quality(const Restoration& one) {
  return restoration_quality(std::span(&one, 1));
}

/// What a reader of restorations must know beside the figures: where one of them, or their mean, is further from the truth
/// than the classical restoration or the pseudo-inverse; where the truth is not known, that one is a draw.
std::vector<std::string> restoration_notes(std::span<const Restoration> parts, double sigma);
inline std::vector<std::string> restoration_notes(const Restoration& one, double sigma) {
  return restoration_notes(std::span(&one, 1), sigma);
}

}  // namespace mdsm
