#include "mdsm/data/transform.h"

#include <algorithm>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

bool is_bytes(const Tensor& images) { return images.scalar_type() == at::kByte; }

void require_images(const Tensor& images, const char* who) {
  require((images.dim() == 3 || images.dim() == 4) && (is_bytes(images) || images.scalar_type() == at::kFloat),
          "{}: expected images (C, H, W) or (N, C, H, W) of 8 bits or float32, got {} of {}.", who,
          to_text(images.sizes()), toString(images.scalar_type()));
}

}  // namespace

Tensor to_channels(const Tensor& images, int64_t channels) {
  require_images(images, "to_channels");
  const int64_t axis = images.dim() - 3;
  const int64_t have = images.size(axis);
  require((have == 1 || have == 3) && (channels == 1 || channels == 3),
          "to_channels: images of {} channels into {} (1 is grey, 3 is red, green, blue).", have, channels);
  if (have == channels) return images;
  if (channels == 3) return at::cat({images, images, images}, axis);
  if (!is_bytes(images)) {
    const auto share = [&](int64_t c, double weight) { return images.narrow(axis, c, 1) * weight; };
    return share(0, 0.299) + share(1, 0.587) + share(2, 0.114);
  }
  // 16-bit fixed point, as Pillow and libjpeg do it: 0.299 R + 0.587 G + 0.114 B.
  const auto plane = [&](int64_t c) { return images.narrow(axis, c, 1).to(at::kInt); };
  return (plane(0) * 19595 + plane(1) * 38470 + plane(2) * 7471 + 32768).bitwise_right_shift(16).to(at::kByte);
}

Tensor centre_crop(const Tensor& images, int64_t size) {
  require_images(images, "centre_crop");
  const int64_t height = images.size(-2);
  const int64_t width = images.size(-1);
  require(size >= 1 && size <= height && size <= width,
          "centre_crop: {} pixels out of images of {} x {}. Lower data.crop.", size, height, width);
  return images.narrow(-2, (height - size) / 2, size).narrow(-1, (width - size) / 2, size).contiguous();
}

Tensor centre_square(const Tensor& images) { return centre_crop(images, std::min(images.size(-2), images.size(-1))); }

Tensor resize(const Tensor& images, int64_t height, int64_t width) {
  require_images(images, "resize");
  require(height >= 1 && width >= 1, "resize: to {} x {} pixels.", height, width);
  if (images.size(-2) == height && images.size(-1) == width) return images;
  const bool single = images.dim() == 3;
  const Tensor x = (single ? images.unsqueeze(0) : images).to(at::kFloat);
  Tensor y = at::_upsample_bilinear2d_aa(x, {height, width}, /*align_corners=*/false);
  if (is_bytes(images)) y = y.round_().clamp_(0, 255).to(at::kByte);
  return single ? y[0] : y;
}

Tensor pad_to(const Tensor& images, int64_t size) {
  require_images(images, "pad_to");
  const int64_t height = size - images.size(-2);
  const int64_t width = size - images.size(-1);
  require(height >= 0 && width >= 0,
          "pad_to: images of {} x {} do not fit {} x {}. Raise data.pad_to or lower data.image_size.", images.size(-2),
          images.size(-1), size, size);
  if (height == 0 && width == 0) return images;
  return at::constant_pad_nd(images, {width / 2, width - width / 2, height / 2, height - height / 2}, 0);
}

Tensor flip_rows(const Tensor& x, const Tensor& mirrored) {
  require(x.dim() == 4 && mirrored.dim() == 1 && mirrored.size(0) == x.size(0), "flip_rows: {} answers for a batch {}.",
          to_text(mirrored.sizes()), to_text(x.sizes()));
  return at::where(mirrored.view({-1, 1, 1, 1}), x.flip(3), x);
}

}  // namespace mdsm
