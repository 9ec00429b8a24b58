#pragma once

#include <string>
#include <vector>

#include "mdsm/formats/png.h"
#include "mdsm/jobs/restoration.h"

namespace mdsm {

/// NAME.png, or NAME-0.png ... and NAME-mean.png, into a folder; or an array (N, K, C, h, w) X.npy, not clamped.
/// \param texts  go into the pictures
void write_restorations(const Restoration& restoration, const std::vector<std::string>& names, const std::string& out,
                        const PngTexts& texts);

/// A row an image, for at most 16 that stand for all (data/subset.h): truth (if known), measurement, classical restoration, up to 8 samples and,
/// of several, their mean and their spread (the standard deviation, 0.5 and above white).
void write_restoration_grid(const Restoration& restoration, const std::string& grid, const PngTexts& texts);

}  // namespace mdsm
