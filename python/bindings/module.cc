#include "bindings/bindings.h"

NB_MODULE(_core, module) {
  module.doc() = "What mdsm's Python modules are thin layers over. Use those.";
  nanobind::set_leak_warnings(false);  // objects that die with the process
  mdsm::python::declare_errors(module);
  mdsm::python::declare_process(module);
  mdsm::python::declare_energies(module);
  mdsm::python::declare_graphs(module);
  mdsm::python::declare_jobs(module);
  mdsm::python::declare_metrics(module);
  mdsm::python::declare_training(module);
}
