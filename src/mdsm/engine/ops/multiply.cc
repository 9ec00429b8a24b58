#include "mdsm/engine/ops/multiply.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

Multiply::Multiply(double factor) : factor_(factor) {
  require(std::isfinite(factor) && factor != 0, "Multiply: the factor is {} (expected a number other than 0).", factor);
}

std::string Multiply::name() const { return fmt::format("multiply by {:.6g}", factor_); }

Shape Multiply::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  return x[0];
}

}  // namespace mdsm
