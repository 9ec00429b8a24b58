#include "mdsm/restore/inpainting.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

Tensor checked_mask(const Tensor& mask, const Shape& domain) {
  require(mask.dim() == 3 && domain.size() == 3 && (mask.size(0) == 1 || mask.size(0) == domain[0]) &&
              mask.size(1) == domain[1] && mask.size(2) == domain[2],
          "inpainting: a mask of shape {} for images of {} (expected 1 or {} channels of the same height and width).",
          to_text(mask.sizes()), to_text(domain), domain.empty() ? 0 : domain[0]);
  const Tensor m = mask.to(at::kFloat);
  require(((m == 0) | (m == 1)).all().item<bool>(),
          "inpainting: the mask has values other than 0 and 1 (1 is measured, 0 is missing). Threshold it first.");
  require((m == 1).any().item<bool>(), "inpainting: the mask is 0 everywhere (nothing is measured).");
  return m.expand(domain).contiguous();
}

}  // namespace

Inpainting::Inpainting(const Tensor& mask, const Shape& domain)
    : LinearOperator(domain, domain), mask_(checked_mask(mask, domain)) {}

}  // namespace mdsm
