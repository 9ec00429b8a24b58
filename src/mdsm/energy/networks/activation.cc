#include "mdsm/energy/networks/activation.h"

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"

namespace mdsm {

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names{"elu", "silu"};
  return names;
}

Activation activation_from_name(const std::string& name) {
  if (name == "elu") return Activation::elu;
  if (name == "silu") return Activation::silu;
  reject("activation '{}' is unknown (known: {}).{}", name, fmt::join(activation_names(), ", "),
         did_you_mean(name, activation_names()));
}

Tensor activate(Activation activation, const Tensor& z) {
  return activation == Activation::elu ? at::elu(z) : at::silu(z);
}

}  // namespace mdsm
