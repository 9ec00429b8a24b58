#include "mdsm/engine/ops/sum.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

std::string Sum::name() const { return fmt::format("sum of {}", count_); }

Shape Sum::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, count_);
  for (const Shape& shape : x) {
    require(shape == x[0], "{}: inputs of shapes {} and {} (they must agree).", name(), to_text(x[0]), to_text(shape));
  }
  return x[0];
}

Tensor Sum::apply(const Tensors& x) const {
  Tensor y = x[0] + x[1];
  for (size_t i = 2; i < count_; ++i) y += x[i];
  return y;
}

}  // namespace mdsm
