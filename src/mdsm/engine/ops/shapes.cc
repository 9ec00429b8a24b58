#include "mdsm/engine/ops/shapes.h"

#include "mdsm/base/error.h"

namespace mdsm {

void require_arity(const std::string& op, const std::vector<Shape>& x, size_t count) {
  require(x.size() == count, "{}: {} inputs (expected {}).", op, x.size(), count);
  for (const Shape& shape : x) {
    require(!shape.empty() && element_count(shape) > 0, "{}: an input has shape {} (empty). Pass at least one datum.",
            op, to_text(shape));
  }
}

void require_images(const std::string& op, const Shape& shape) {
  require(shape.size() == 4 && element_count(shape) > 0, "{}: an input has shape {} (expected images (B, C, H, W)).",
          op, to_text(shape));
}

void require_images(const std::string& op, const Shape& shape, int64_t channels) {
  require_images(op, shape);
  require(shape[1] == channels, "{}: an input has shape {} (expected {} channels).", op, to_text(shape), channels);
}

void require_even_sides(const std::string& op, const Shape& shape) {
  require(shape[2] % 2 == 0 && shape[3] % 2 == 0,
          "{}: an input has shape {} (both sides must be even). Pad the images, 28 to 32 for instance.", op,
          to_text(shape));
}

void require_features(const std::string& op, const Shape& shape, int64_t features) {
  require(shape.size() >= 2 && element_count(shape) == shape[0] * features,
          "{}: the input has shape {} (expected {} features a datum).", op, to_text(shape), features);
}

Tensor flat_features(const Tensor& x) {
  return x.flatten(1).to(x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
}

Tensor like_input(const Tensor& features, const Tensor& x) { return at::empty_like(x).copy_(features.view(x.sizes())); }

Tensor channels_last(const Tensor& x) {
  const Tensor dense = x.contiguous(at::MemoryFormat::ChannelsLast);
  const int64_t c = x.size(1);
  const int64_t w = x.size(3);
  return dense.as_strided(x.sizes(), {x.size(2) * w * c, 1, w * c, c});
}

}  // namespace mdsm
