#include "mdsm/base/tensor.h"

#include "mdsm/base/error.h"

namespace mdsm {

std::string to_text(at::IntArrayRef shape) { return fmt::format("({})", fmt::join(shape.begin(), shape.end(), ", ")); }

int64_t element_count(at::IntArrayRef shape) {
  int64_t count = 1;
  for (int64_t size : shape) count *= size;
  return count;
}

Shape batch_shape(int64_t count, at::IntArrayRef datum_shape) {
  Shape shape{count};
  shape.insert(shape.end(), datum_shape.begin(), datum_shape.end());
  return shape;
}

Shape datum_shape_of(const Tensor& x) {
  require(x.dim() >= 2,
          "datum_shape_of: the tensor has shape {} (a batch has a batch axis and at least one data axis).",
          to_text(x.sizes()));
  return Shape(x.sizes().begin() + 1, x.sizes().end());
}

Tensor per_datum(const Tensor& values, const Tensor& like) {
  Shape shape(static_cast<size_t>(like.dim()), 1);
  shape[0] = values.size(0);
  return values.reshape(shape);
}

Tensor sum_per_datum(const Tensor& x) { return x.flatten(1).sum(1); }

void require_batch(const Tensor& x, at::IntArrayRef datum_shape, std::string_view who) {
  const bool fits = x.defined() && x.dim() == static_cast<int64_t>(datum_shape.size()) + 1 && x.size(0) >= 1 &&
                    x.sizes().slice(1) == datum_shape;
  require(fits, "{}: the input has shape {} (expected a batch of {}). Pass shape {}.", who,
          x.defined() ? to_text(x.sizes()) : "none", to_text(datum_shape),
          to_text(batch_shape(x.defined() && x.dim() > 0 ? x.size(0) : 1, datum_shape)));
  require(x.is_floating_point(),
          "{}: the input has type {} (expected floating point). Convert it with x.to(at::kFloat).", who,
          toString(x.scalar_type()));
}

}  // namespace mdsm
