#pragma once

#include "bindings/work.h"

namespace mdsm::python {

// Each declares one subject in the module: a file of its own.
void declare_errors(nb::module_& module);
void declare_process(nb::module_& module);
void declare_energies(nb::module_& module);
void declare_graphs(nb::module_& module);
void declare_jobs(nb::module_& module);
void declare_metrics(nb::module_& module);
void declare_training(nb::module_& module);

}  // namespace mdsm::python
