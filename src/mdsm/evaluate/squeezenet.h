#pragma once

#include <filesystem>

#include "mdsm/engine/parameters.h"
#include "mdsm/evaluate/feature_network.h"
#include "mdsm/evaluate/resample.h"

namespace mdsm {

/// Features of natural images by SqueezeNet 1.0 (Iandola et al. 2016, arXiv:1602.07360), trained on ImageNet.
///
/// Images are brought to 227 x 227; input blue, green, red in 0..255 minus (104, 117, 123). Features: the spatial mean
/// of fire9 (512). Logits: the spatial mean of conv10 (1000), its bias included.
class SqueezeNet final : public FeatureNetwork {
 public:
  static constexpr int64_t kSize = 227;

  /// The weights that come with mdsm.
  /// \throws Error that says where they were looked for
  static SqueezeNet shipped(ResizeMode mode);
  /// \throws Error if the file does not hold its tensors
  static SqueezeNet read(const std::filesystem::path& path, ResizeMode mode);

  std::string name() const override { return "squeezenet"; }
  std::string resize_mode() const override;
  bool takes_colour() const override { return true; }
  void require_images(at::IntArrayRef datum_shape) const override;
  FeatureBatch run(const Tensor& pixels, FeatureOutputs wanted) const override;

 private:
  SqueezeNet(Parameters theta, ResizeMode mode) : theta_(std::move(theta)), mode_(mode) {}

  Parameters theta_;
  ResizeMode mode_;
};

/// Throws unless the data are images of 1 or 3 channels; `network` opens the error text.
void require_any_images(at::IntArrayRef datum_shape, const std::string& network);

}  // namespace mdsm
