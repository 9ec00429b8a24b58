#include "mdsm/engine/ops/cast.h"

#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

std::string Cast::name() const { return fmt::format("cast to {}", toString(to_)); }

Shape Cast::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return x[0];
}

}  // namespace mdsm
