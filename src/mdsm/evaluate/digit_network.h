#pragma once

#include <filesystem>

#include "mdsm/engine/parameters.h"
#include "mdsm/evaluate/feature_network.h"

namespace mdsm {

// The digit classifier: features and classes of handwritten digits.
//
//     conv 3x3 1-16, ReLU, conv 3x3 16-32, ReLU, max pool 2      28 -> 14
//     conv 3x3 32-64, ReLU, max pool 2                           14 -> 7
//     conv 3x3 64-128, ReLU, max pool 2                           7 -> 3
//     linear 1152-128: the features;  ReLU, linear 128-10: the logits
//
// Features are taken before the ReLU, behind which a fifth of them is always 0: their covariance has full rank.
//
// Names of the parameters: conv1 .. conv4, hidden, classes, each with .weight and .bias, in PyTorch's layouts.

inline constexpr int64_t kDigitFeatures = 128;
inline constexpr int64_t kDigitClasses = 10;

/// First weights, by seed.
Parameters initial_digit_parameters(uint64_t seed);

/// Differentiable in theta.
/// \param x  (B, 1, 28, 28) float32 in [0, 1]
/// \return features (B, 128), logits (B, 10)
FeatureBatch digit_forward(const Tensor& x, const Parameters& theta);

/// (B, 1, 28, 28) out of grey or colour images of 28 pixels, or of 32 pixels, of which the border is cut off.
Tensor digit_pixels(const Tensor& pixels);

/// Features of digit images.
class DigitNetwork final : public FeatureNetwork {
 public:
  explicit DigitNetwork(Parameters theta) : theta_(std::move(theta)) {}
  /// The weights that come with mdsm.
  /// \throws Error that says where they were looked for
  static DigitNetwork shipped();
  /// \throws Error if the file is not one that write() made
  static DigitNetwork read(const std::filesystem::path& path);
  /// \param about  text for the header's "about": how the weights were made
  void write(const std::filesystem::path& path, const std::string& about) const;

  std::string name() const override { return "digits"; }
  std::string resize_mode() const override { return "crop"; }
  bool takes_colour() const override { return false; }
  void require_images(at::IntArrayRef datum_shape) const override;
  FeatureBatch run(const Tensor& pixels, FeatureOutputs wanted = FeatureOutputs::features) const override;

  /// (B) int64: the likeliest digits.
  /// \param pixels  as run()
  Tensor classify(const Tensor& pixels) const { return run(pixels).logits.argmax(1); }

 private:
  Parameters theta_;
};

}  // namespace mdsm
