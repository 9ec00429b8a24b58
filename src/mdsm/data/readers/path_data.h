#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// Whether the data at this path have a training and a test half of their own: a folder or archive with train/ and
/// test/, or the published files of MNIST and CIFAR.
bool has_halves(const std::filesystem::path& path);

/// Reads the data at a path: a folder of images (sub-folders are classes), an archive of one, a folder with idx files
/// or CIFAR's binary files (or the archive of these), .npy, .npz, SVHN's .mat, or an idx file of images.
///
/// Data without halves are training data.
/// \throws Error if they are not there or damaged, or the half asked for is not there
LabelledData read_path_data(const std::filesystem::path& path, Split split, const PrepareImage& prepare);

/// The content with its images changed, some thousand at a time.
/// \throws Error if they are no 8-bit images
LabelledData prepared(LabelledData content, const PrepareImage& prepare);

/// The first of "NAME.gz" and "NAME" that is in the folder; "" if neither is.
std::filesystem::path idx_file(const std::filesystem::path& folder, const std::string& name);
/// The pair of idx files of one half, under the names of MNIST's.
LabelledData read_idx_half(const std::filesystem::path& folder, Split split);

}  // namespace mdsm
