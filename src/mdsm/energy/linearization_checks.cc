#include "mdsm/energy/linearization_checks.h"

#include "mdsm/base/error.h"

namespace mdsm {

void require_direction(const Tensor& direction, const Tensor& like, std::string_view name) {
  require(direction.defined() && direction.sizes() == like.sizes(),
          "pull_back: {} has shape {} (it multiplies a tensor of shape {}).", name,
          direction.defined() ? to_text(direction.sizes()) : "none", to_text(like.sizes()));
}

void require_accumulators(const Gradients& out, size_t parameters) {
  require(out.size() == parameters, "pull_back: {} accumulators for {} parameters. Use Gradients::zeros_like.",
          out.size(), parameters);
}

}  // namespace mdsm
