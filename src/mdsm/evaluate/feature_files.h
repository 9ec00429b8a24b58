#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mdsm/formats/safetensors.h"

namespace mdsm {

/// A file of weights that comes with mdsm or lies in a data folder (data/known.h, data_folders).
/// \param places  candidates relative to a data folder, the likeliest first: "features/digits.safetensors"
/// \param advice  what to do if it is nowhere, a full sentence
/// \throws Error that says where it was looked for
std::filesystem::path find_feature_file(const std::vector<std::string>& places, const std::string& advice);

/// A tensor of the file as float32.
/// \throws Error that names the file unless it is there with this shape
Tensor feature_tensor(const SafeTensors& file, const std::filesystem::path& path, const std::string& name,
                      at::IntArrayRef shape);

}  // namespace mdsm
