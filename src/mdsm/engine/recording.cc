#include "mdsm/engine/recording.h"

#include <torch/csrc/autograd/autograd.h>

namespace mdsm {

Tensor as_leaf(const Tensor& x) {
  const Tensor recordable = x.is_inference() ? x.clone() : x.detach();
  return recordable.requires_grad_(true);
}

Tensor as_constant_direction(const Tensor& x) { return x.is_inference() ? x.clone() : x.detach(); }

Tensors differentiated(const Tensors& outputs, const Tensors& directions, const Tensors& wanted, Again again) {
  Tensors recorded, along;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad()) continue;
    recorded.push_back(outputs[i]);
    along.push_back(directions[i]);
  }
  Tensors found(wanted.size());
  if (!recorded.empty()) {
    found = torch::autograd::grad(recorded, wanted, along, /*retain_graph=*/again != Again::nothing,
                                  /*create_graph=*/again == Again::outputs_and_results, /*allow_unused=*/true);
  }
  for (size_t i = 0; i < found.size(); ++i) {
    if (!found[i].defined()) found[i] = at::zeros_like(wanted[i]);
  }
  return found;
}

}  // namespace mdsm
