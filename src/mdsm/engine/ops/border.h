#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// A rectangle of an image, in pixels.
struct Window {
  int64_t top = 0;
  int64_t left = 0;
  int64_t height = 0;
  int64_t width = 0;
  bool operator==(const Window&) const = default;
};

/// Rows below and columns to the right of an image (B, C, h, w), mirrored at its last ones, which are not repeated:
/// (B, C, height, width). Where that is more than the image has, it is mirrored again at the first ones.
class ReflectTo final : public LinearMap {
 public:
  /// \throws Error unless both are at least the image's
  ReflectTo(const Shape& image, int64_t height, int64_t width);

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override;
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override;

  Shape image_;
  Tensor rows_;     // (height) of the image's row that each row is
  Tensor columns_;  // (width)
};

/// A window of an image: (B, C, h, w) -> (B, C, window.height, window.width).
class CutOut final : public LinearMap {
 public:
  /// \throws Error unless the window lies in the image
  CutOut(const Shape& image, const Window& window);

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override { return inside(x[0]); }
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override;
  Tensor inside(const Tensor& x) const;

  Shape image_;
  Window window_;
};

}  // namespace mdsm
