#include "mdsm/energy/networks/heads.h"

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"

namespace mdsm {
namespace {

/// w.h + b, shape (B), for Linear(n, 1) named `prefix`.
Tensor affine(const Tensor& h, const Parameters& theta, const std::string& prefix) {
  return at::linear(h, theta.at(prefix + ".weight"), theta.at(prefix + ".bias")).squeeze(1);
}

void require_features(Head head) {
  require(head != Head::denoising,
          "head 'denoising' compares a network's output with its input and takes no features.");
}

}  // namespace

const std::vector<std::string>& head_names() {
  static const std::vector<std::string> names{"quadratic", "linear", "denoising"};
  return names;
}

Head head_from_name(const std::string& name) {
  if (name == "quadratic") return Head::quadratic;
  if (name == "linear") return Head::linear;
  if (name == "denoising") return Head::denoising;
  reject("energy head '{}' is unknown (known: {}).{}", name, fmt::join(head_names(), ", "),
         did_you_mean(name, head_names()));
}

void append_head(std::vector<ParameterShape>& list, Head head, int64_t features) {
  require_features(head);
  if (head == Head::linear) {
    append_linear(list, "head.w", features, 1);
    return;
  }
  for (const char* form : {"head.a", "head.c", "head.d"}) append_linear(list, form, features, 1);
}

Tensor head_energy(Head head, Activation phi, const Tensor& h, const Parameters& theta) {
  require_features(head);
  if (head == Head::linear) return affine(activate(phi, h), theta, "head.w");
  return affine(h, theta, "head.a") * affine(h, theta, "head.c") + affine(h * h, theta, "head.d");
}

}  // namespace mdsm
