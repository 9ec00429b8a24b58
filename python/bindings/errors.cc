#include <c10/util/Exception.h>

#include "bindings/bindings.h"
#include "mdsm/base/error.h"

namespace mdsm::python {
namespace {

/// The class of mdsm.errors that stands for this fault.
nb::object class_of(Fault fault) {
  const nb::module_ errors = nb::module_::import_("mdsm.errors");
  return errors.attr(fault == Fault::request ? "RequestError" : "FailureError");
}

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    if (error.fault() == Fault::interrupted) PyErr_SetString(PyExc_KeyboardInterrupt, error.what());
    else PyErr_SetString(class_of(error.fault()).ptr(), error.what());
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    PyErr_SetString(class_of(Fault::failure).ptr(), text.substr(0, text.find('\n')).c_str());
  }
}

}  // namespace

void declare_errors(nb::module_&) { nb::register_exception_translator(translate); }

}  // namespace mdsm::python
