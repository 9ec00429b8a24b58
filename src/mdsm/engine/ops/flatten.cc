#include "mdsm/engine/ops/flatten.h"

#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

Shape Flatten::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return {x[0][0], element_count(x[0]) / x[0][0]};
}

}  // namespace mdsm
