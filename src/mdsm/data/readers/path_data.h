#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"
#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// Which halves the data at a path have.
struct PathHalves {
  bool named = false;  ///< they have halves; false: all are training data
  bool train = true;
  bool test = false;
  std::string validation = {};  ///< the folder val, valid or validation that serves as the test half; empty: none does

  bool has(Split split) const { return split == Split::train ? train : test; }
};

/// A folder or archive of images may have folders train/ and test/ (image_tree.h); the published files of MNIST and
/// CIFAR and a .npz have them in their names.
/// \throws Error if there are no such data, or if it cannot be told which folders are halves
PathHalves path_halves(const std::filesystem::path& path, HalfFolders halves = HalfFolders::automatic);

/// Whether there are data at this path: it exists, or leads into an archive.
bool is_data_path(const std::filesystem::path& path);

/// Reads the data at a path: a folder of images (sub-folders are classes), an archive of one, one image (a set of one),
/// a folder with idx files or CIFAR's binary files (or the archive of these), .npy, .npz, SVHN's .mat, or an idx file of
/// images.
///
/// Data without halves are training data.
/// \throws Error if they are not there or damaged, or the half asked for is not there
LabelledData read_path_data(const std::filesystem::path& path, Split split, const Reading& reading);

/// The first of "NAME.gz" and "NAME" that is in the folder, with "-idx" or ".idx" in it; "" if none is.
std::filesystem::path idx_file(const std::filesystem::path& folder, const std::string& name);
/// The idx files of one half, under the names of MNIST's; labels may be missing.
LabelledData read_idx_half(const std::filesystem::path& folder, Split split, const PrepareImage& prepare);

}  // namespace mdsm
