#include "bindings/tensor.h"

namespace mdsm::python {
namespace {

constexpr const char* kVersioned = "dltensor_versioned";
constexpr const char* kPlain = "dltensor";

/// PyTorch's own functions, looked up once: by them a tensor crosses in a microsecond.
struct Torch {
  nb::object tensor_type, to_dlpack, from_dlpack;
};

const Torch& torch() {
  // Never destroyed: the interpreter may be gone before.
  static const Torch* const kTorch = [] {
    const nb::module_ root = nb::module_::import_("torch");
    const nb::object bindings = root.attr("_C");
    return new Torch{root.attr("Tensor"), bindings.attr("_to_dlpack"), bindings.attr("_from_dlpack")};
  }();
  return *kTorch;
}

nb::object capsule_of(nb::handle array) {
  if (nb::isinstance(array, torch().tensor_type)) return torch().to_dlpack(array);
  try {
    return array.attr("__dlpack__")(nb::arg("max_version") = nb::make_tuple(1, 0));
  } catch (nb::python_error& error) {
    if (!error.matches(PyExc_TypeError)) throw;
    return array.attr("__dlpack__")();
  }
}

}  // namespace

Tensor tensor_from(nb::handle array) {
  const nb::object capsule = capsule_of(array);
  if (PyCapsule_IsValid(capsule.ptr(), kVersioned)) {
    auto* shared = static_cast<DLManagedTensorVersioned*>(PyCapsule_GetPointer(capsule.ptr(), kVersioned));
    Tensor tensor = at::fromDLPackVersioned(shared);
    PyCapsule_SetName(capsule.ptr(), "used_dltensor_versioned");
    return tensor;
  }
  auto* shared = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule.ptr(), kPlain));
  if (shared == nullptr) nb::raise_python_error();
  Tensor tensor = at::fromDLPack(shared);
  PyCapsule_SetName(capsule.ptr(), "used_dltensor");
  return tensor;
}

nb::object tensor_to(const Tensor& tensor) {
  if (!tensor.defined()) return nb::none();
  DLManagedTensor* shared = at::toDLPack(tensor);
  const auto drop = [](PyObject* capsule) {
    auto* unused = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule, kPlain));
    if (unused == nullptr) PyErr_Clear();  // taken over: the capsule has another name now
    else unused->deleter(unused);
  };
  const nb::object capsule = nb::steal(PyCapsule_New(shared, kPlain, drop));
  return torch().from_dlpack(capsule);
}

}  // namespace mdsm::python
