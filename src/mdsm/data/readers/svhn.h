#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"
#include "mdsm/data/reading.h"

namespace mdsm {

/// Reads the cropped digits of Street View House Numbers: train_32x32.mat, test_32x32.mat or extra_32x32.mat.
///
/// The MATLAB file holds X, (32, 32, 3, N) uint8, and y, N numbers from 1 to 10, where 10 stands for the digit 0.
/// Source: Netzer et al., Reading digits in natural images with unsupervised feature learning, 2011;
/// http://ufldl.stanford.edu/housenumbers.
/// \param prepare  changes the images, some at a time; may be empty
/// \return images (N, 3, 32, 32) uint8, or as `prepare` makes them; labels are the digits
/// \throws Error if the file is damaged or is not made like that
LabelledData read_svhn(const std::filesystem::path& path, const PrepareImage& prepare = {});

}  // namespace mdsm
