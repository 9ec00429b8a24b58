#pragma once

#include <span>
#include <string>
#include <vector>

#include "mdsm/formats/png.h"
#include "mdsm/jobs/restoration.h"

namespace mdsm {

/// Checks, before any work, that restorations of these images go into one file, where an array or a grid is asked for.
/// \throws Error for images of several sizes
void require_one_size(const std::vector<NamedImage>& images, const std::string& out, const std::string& grid);

/// NAME.png, or NAME-0.png ... and NAME-mean.png, into a folder; or an array (N, K, C, h, w) X.npy, not clamped.
/// \param names  of the images of all parts
/// \param texts  go into the pictures
/// \throws Error for an array of images of several sizes
void write_restorations(std::span<const Restoration> parts, const std::vector<std::string>& names,
                        const std::string& out, const PngTexts& texts);

/// A row an image, for at most 16 that stand for all (data/subset.h): truth (if known), measurement, classical restoration, up to 8 samples and,
/// of several, their mean and their spread (the standard deviation, 0.5 and above white).
/// \throws Error for images of several sizes
void write_restoration_grid(std::span<const Restoration> parts, const std::string& grid, const PngTexts& texts);

}  // namespace mdsm
