#include "mdsm/evaluate/resample.h"

#include <algorithm>

#include "mdsm/base/named.h"

namespace mdsm {
namespace {

/// Two neighbours along an axis and the weight of the second.
struct Neighbours {
  Tensor low;     // (size) int64
  Tensor high;    // (size) int64
  Tensor weight;  // (size) float32
};

/// TensorFlow 1: positions are target * (in/out) in float32 (resize_bilinear_op.cc; image_resizer_state.h).
Neighbours tf_neighbours(int64_t in, int64_t out) {
  const auto scale = static_cast<float>(static_cast<double>(in) / static_cast<double>(out));
  const Tensor position = at::arange(out, at::kFloat) * scale;
  const Tensor low = position.to(at::kLong);
  return {low, (low + 1).clamp_max(in - 1), position - low.to(at::kFloat)};
}

Tensor tf_bilinear(const Tensor& x, int64_t size) {
  const Neighbours rows = tf_neighbours(x.size(2), size);
  const Neighbours columns = tf_neighbours(x.size(3), size);
  const auto along_row = [&](const Tensor& row) {
    const Tensor left = row.index_select(3, columns.low);
    return left + (row.index_select(3, columns.high) - left) * columns.weight;
  };
  const Tensor top = along_row(x.index_select(2, rows.low));
  const Tensor bottom = along_row(x.index_select(2, rows.high));
  return top + (bottom - top) * rows.weight.view({-1, 1});
}

/// Pillow sums in double, horizontally first; so do we in float64, with its rounding to float32 in between.
Tensor pillow_bicubic(const Tensor& pixels, int64_t size) {
  const Tensor wide =
      at::_upsample_bicubic2d_aa(pixels.to(at::kDouble), {pixels.size(2), size}, /*align_corners=*/false);
  const Tensor all = at::_upsample_bicubic2d_aa(wide.to(at::kFloat).to(at::kDouble), {size, size}, false);
  return all.to(at::kFloat).clamp(0, 255);
}

}  // namespace

const std::vector<std::string>& resize_mode_names() {
  static const std::vector<std::string> names{"tf", "pytorch", "clean"};
  return names;
}

ResizeMode resize_mode(const std::string& name) {
  return static_cast<ResizeMode>(index_of_name(name, resize_mode_names(), "resize_mode"));
}

Tensor resample(const Tensor& pixels, ResizeMode mode, int64_t size) {
  require(pixels.dim() == 4 && pixels.scalar_type() == at::kByte && pixels.numel() > 0 && size >= 1,
          "resample: images of shape {} and type {} (expected uint8, (B, C, H, W)).", to_text(pixels.sizes()),
          toString(pixels.scalar_type()));
  switch (mode) {
    case ResizeMode::tf:
      return tf_bilinear(pixels.to(at::kFloat), size);
    case ResizeMode::pytorch:
      return at::upsample_bilinear2d(pixels.to(at::kFloat), {size, size}, /*align_corners=*/false);
    case ResizeMode::clean:
      return pillow_bicubic(pixels, size);
  }
  fail("resample: unknown mode");
}

}  // namespace mdsm
