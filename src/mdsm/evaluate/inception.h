#pragma once

#include <filesystem>
#include <memory>

#include "mdsm/evaluate/feature_network.h"
#include "mdsm/evaluate/resample.h"

namespace mdsm {

/// Inception-v3 by a TorchScript file that the user has, on images of 299 x 299.
///
/// Two kinds of file are read:
///   - NVIDIA's inception-2015-12-05.pt (stylegan2-ada-pytorch, edm, clean-fid), told by its submodule `layers` and the
///     argument `no_output_bias`: features = layers(z) with z = (x - 128)/128; logits without bias as the logarithm of
///     the probabilities forward(x, no_output_bias=True), x in 0..255, which differ from them by a constant a row;
///   - any other module: forward(z) gives the features (B, F), or a tuple (features, logits).
/// \throws Error (from the functions) with the file's name and TorchScript's own words where it does neither
std::unique_ptr<FeatureNetwork> inception_network(const std::filesystem::path& torchscript, ResizeMode mode);

/// What Inception is given: resample() to 299 and (x - 128)/128, or 2 x/255 - 1 in mode pytorch; (B, 3, 299, 299).
Tensor inception_input(const Tensor& pixels, ResizeMode mode);

}  // namespace mdsm
