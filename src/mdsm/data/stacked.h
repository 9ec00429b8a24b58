#pragma once

#include <memory>
#include <string_view>

#include "mdsm/data/source.h"

namespace mdsm {

/// The name that load_source() knows it by.
inline constexpr std::string_view kStackedName = "stacked-mnist";

/// Stacked MNIST: three digits as the three channels of an image, label 100 a + 10 b + c of the digits a, b, c; 1000
/// modes.
///
/// Endless: datum i takes three digits of the same half, drawn uniformly by (seed 0, half, i). Source: Metz, Poole,
/// Pfau, Sohl-Dickstein 2017, "Unrolled generative adversarial networks".
class StackedSource final : public Source {
 public:
  /// \throws Error unless `digits` holds one-channel images with labels 0 to 9
  explicit StackedSource(std::shared_ptr<const Source> digits);

  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return kEndless; }
  Tensor read(std::span<const int64_t> indices) const override;
  Tensor labels(std::span<const int64_t> indices) const override;
  int64_t held_bytes() const override { return digits_->held_bytes(); }

 private:
  /// Indices of the digits that make these data, three a datum.
  std::vector<int64_t> parts(std::span<const int64_t> indices) const;

  std::shared_ptr<const Source> digits_;
  SourceInfo info_;
};

}  // namespace mdsm
