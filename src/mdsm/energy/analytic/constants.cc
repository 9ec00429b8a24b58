#include "mdsm/energy/analytic/constants.h"

#include <ATen/ExpandUtils.h>

#include <cmath>

#include "mdsm/base/error.h"

namespace mdsm {

Tensor as_constant(const Tensor& value, std::string_view what) {
  require(value.defined() && value.numel() >= 1, "{} has no elements. Pass at least one.", what);
  Tensor constant =
      value.detach().to(at::TensorOptions(at::kCPU).dtype(at::kDouble), false, /*copy=*/true).contiguous();
  require(constant.isfinite().all().item<bool>(),
          "{} has elements that are infinite or not a number. Pass finite ones.", what);
  return constant;
}

Tensor as_positive_constant(const Tensor& value, at::IntArrayRef shape, std::string_view what) {
  const Tensor constant = as_constant(value, what);
  require(at::is_expandable_to(constant.sizes(), shape), "{} has shape {} (it must broadcast to {}). Pass that shape.",
          what, to_text(constant.sizes()), to_text(shape));
  const double smallest = constant.min().item<double>();
  require(smallest > 0, "{} has the element {} (all must be positive).", what, smallest);
  return constant.expand(shape).contiguous();
}

double require_positive(double value, std::string_view what) {
  require(value > 0 && std::isfinite(value), "{} is {} (it must be positive and finite).", what, value);
  return value;
}

}  // namespace mdsm
