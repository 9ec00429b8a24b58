#include "mdsm/energy/networks/heads.h"

#include "mdsm/base/named.h"
#include "mdsm/engine/layers.h"

namespace mdsm {

const std::vector<std::string>& head_names() {
  static const std::vector<std::string> names{"quadratic", "linear", "denoising"};
  return names;
}

Head head_from_name(const std::string& name, std::string_view option) {
  return static_cast<Head>(index_of_name(name, head_names(), option));
}

Slot add_head(Graph& graph, Slot h, Head head, const std::string& activation) {
  require(head != Head::denoising,
          "head 'denoising' compares a network's output with its input and takes no features.");
  if (head == Head::quadratic) return add_quadratic_head(graph, h, "head");
  return add_linear_head(graph, add_pointwise(graph, h, activation), "head");
}

}  // namespace mdsm
