#pragma once

#include <string>

#include "mdsm/base/tensor.h"

namespace mdsm {

// Files that another program has made of images, instead of images.

/// Whether the path is a .npz with mu and sigma (evaluate/moments.h reads it).
bool is_statistics(const std::string& path);
/// Whether it is a .npy with two axes: rows of features. (Images have three or four.)
bool is_features(const std::string& path);
/// (N, F), `count` rows of such a file that stand for all (data/subset.h), or all where count is 0.
/// \throws Error unless they are there, finite and in floating point
Tensor read_feature_rows(const std::string& path, int64_t count, uint64_t seed = 0);

}  // namespace mdsm
