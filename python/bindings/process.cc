#include <ATen/Parallel.h>

#include "bindings/bindings.h"
#include "mdsm/data/known.h"
#include "mdsm/run/shipped_models.h"
#include "mdsm/system/runtime.h"

namespace mdsm::python {

void declare_process(nb::module_& module) {
  module.def(
      "set_up_process",
      [](int threads, bool flush_denormals, bool recycle_buffers) {
        set_up_process({.threads = threads, .flush_denormals = flush_denormals, .recycle_buffers = recycle_buffers});
      },
      nb::arg("threads") = 0, nb::arg("flush_denormals") = true, nb::arg("recycle_buffers") = true);
  module.def("end_calls", &end_calls);
  module.def("shipped_models", &shipped_models, nb::call_guard<Work>());
  module.def("data_folders", [] {
    std::vector<std::string> folders;
    for (const auto& folder : data_folders()) folders.push_back(folder.string());
    return folders;
  });
  module.attr("torch_version") = MDSM_TORCH_VERSION;
  module.attr("version") = MDSM_VERSION;
}

}  // namespace mdsm::python
