#include "mdsm/engine/ops/border.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

void require_image_shape(const char* op, const Shape& image) {
  require(image.size() == 3 && element_count(image) >= 1, "{}: a datum of {} (expected an image (C, h, w)).", op,
          to_text(image));
}

/// 0, 1, .., n-1, n-2, .., 1, 0, 1, ..
Tensor mirrored(int64_t n, int64_t count) {
  if (n == 1) return at::zeros({count}, at::kLong);
  const Tensor place = at::arange(count, at::kLong).remainder(2 * (n - 1));
  return at::minimum(place, 2 * (n - 1) - place);
}

}  // namespace

ReflectTo::ReflectTo(const Shape& image, int64_t height, int64_t width) : image_(image) {
  require_image_shape("reflect", image);
  require(height >= image[1] && width >= image[2], "reflect: from {}x{} to {}x{}, which is smaller.", image[1],
          image[2], height, width);
  rows_ = mirrored(image[1], height);
  columns_ = mirrored(image[2], width);
}

std::string ReflectTo::name() const { return fmt::format("reflect to {}x{}", rows_.numel(), columns_.numel()); }

Shape ReflectTo::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0], image_[0]);
  require(x[0][2] == image_[1] && x[0][3] == image_[2], "{}: images of {} (expected {}).", name(), to_text(x[0]),
          to_text(image_));
  return {x[0][0], image_[0], rows_.numel(), columns_.numel()};
}

Tensor ReflectTo::apply(const Tensors& x) const {
  return x[0].index_select(2, rows_.to(x[0].device())).index_select(3, columns_.to(x[0].device()));
}

Tensors ReflectTo::adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const {
  Shape tall = x[0];
  tall[2] = rows_.numel();
  const Tensor narrow = at::zeros(tall, y_bar.options()).index_add_(3, columns_.to(y_bar.device()), y_bar);
  return {at::zeros(x[0], y_bar.options()).index_add_(2, rows_.to(y_bar.device()), narrow)};
}

CutOut::CutOut(const Shape& image, const Window& window) : image_(image), window_(window) {
  require_image_shape("cut out", image);
  require(window.top >= 0 && window.left >= 0 && window.height >= 1 && window.width >= 1 &&
              window.top + window.height <= image[1] && window.left + window.width <= image[2],
          "cut out: {}x{} from row {} and column {} of an image of {}x{}.", window.height, window.width, window.top,
          window.left, image[1], image[2]);
}

std::string CutOut::name() const {
  return fmt::format("cut out {}x{} at {}, {}", window_.height, window_.width, window_.top, window_.left);
}

Shape CutOut::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0], image_[0]);
  require(x[0][2] == image_[1] && x[0][3] == image_[2], "{}: images of {} (expected {}).", name(), to_text(x[0]),
          to_text(image_));
  return {x[0][0], image_[0], window_.height, window_.width};
}

Tensor CutOut::inside(const Tensor& x) const {
  return x.narrow(2, window_.top, window_.height).narrow(3, window_.left, window_.width);
}

Tensors CutOut::adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const {
  Tensor x_bar = at::zeros(x[0], y_bar.options());
  inside(x_bar).copy_(y_bar);
  return {x_bar};
}

}  // namespace mdsm
