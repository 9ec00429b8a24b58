#pragma once

#include <ATen/DLConvertor.h>
#include <nanobind/nanobind.h>

#include "mdsm/base/tensor.h"

/// Tensors cross by DLPack, both ways, without a copy: what comes in is anything with `__dlpack__` (PyTorch, NumPy, JAX),
/// what goes out is a torch.Tensor. Autograd's history does not cross.
namespace mdsm::python {

namespace nb = nanobind;

/// \throws nb::python_error where the array cannot be shared, or is no array
Tensor tensor_from(nb::handle array);
nb::object tensor_to(const Tensor& tensor);

}  // namespace mdsm::python

namespace nanobind::detail {

template <> struct type_caster<at::Tensor> {
  NB_TYPE_CASTER(at::Tensor, const_name("torch.Tensor"))

  bool from_python(handle source, uint8_t, cleanup_list*) noexcept {
    try {
      if (!hasattr(source, "__dlpack__")) return false;
      value = mdsm::python::tensor_from(source);
      return true;
    } catch (python_error& error) {
      error.restore();
    } catch (const std::exception& error) {
      PyErr_SetString(PyExc_ValueError, error.what());
    }
    PyErr_Clear();
    return false;
  }
  static handle from_cpp(const at::Tensor& tensor, rv_policy, cleanup_list*) noexcept {
    try {
      return mdsm::python::tensor_to(tensor).release();
    } catch (python_error& error) {
      error.restore();
    } catch (const std::exception& error) {
      PyErr_SetString(PyExc_RuntimeError, error.what());
    }
    return {};
  }
};

}  // namespace nanobind::detail
