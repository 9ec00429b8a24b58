#pragma once

#include <memory>
#include <string>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// What a feature network makes of a batch of images.
struct FeatureBatch {
  Tensor features;  ///< (B, F) float32; undefined if only logits were asked for and they come without
  Tensor logits;    ///< (B, L) float32, without the last layer's bias for Inception; undefined as features are
};

/// What is asked of a network; one that must work twice for both does only what is asked.
enum class FeatureOutputs { features, logits };

/// A fixed network that images are compared through. Immutable; may be used from several threads.
class FeatureNetwork {
 public:
  virtual ~FeatureNetwork() = default;

  /// As results name it: "digits", "squeezenet", "inception".
  virtual std::string name() const = 0;
  /// How images are brought to its size: "tf", "pytorch", "clean", or "crop" where they are not resampled.
  virtual std::string resize_mode() const = 0;
  /// Whether it looks at colours: grey images are then repeated in its three channels.
  virtual bool takes_colour() const = 0;
  /// \throws Error that says what the network takes, unless it takes images of this shape (C, H, W)
  virtual void require_images(at::IntArrayRef datum_shape) const = 0;
  /// \param pixels  (B, C, H, W) uint8, of a shape that require_images accepts
  virtual FeatureBatch run(const Tensor& pixels, FeatureOutputs wanted) const = 0;
};

}  // namespace mdsm
