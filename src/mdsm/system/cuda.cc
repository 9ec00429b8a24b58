#include "mdsm/system/cuda.h"

#include <dlfcn.h>

#include "mdsm/base/error.h"
#include "mdsm/system/own_library.h"

namespace mdsm {
namespace {

constexpr const char* kDriver = "libcuda.so.1";

}  // namespace

const Cuda& cuda() {
  static const Cuda& loaded = []() -> const Cuda& {
    // A static that throws is tried again the next time.
    if (::dlopen(kDriver, RTLD_NOW | RTLD_GLOBAL) == nullptr) {
      reject("there is no NVIDIA driver here ({}). Use a machine with a card, or the CPU.", ::dlerror());
    }
    const OwnLibrary library = own_library("cuda");
    require(!library.path.empty(),
            "this mdsm was built without CUDA ({} is not in {}). Build it again after: make setup DEVICE=cuda.",
            library.file, library.folder.string());
    const auto get = reinterpret_cast<CudaLibrary*>(
        load_own_library(library.path, kCudaLibrary, " Install what a card needs: make setup DEVICE=cuda."));
    return *get();
  }();
  return loaded;
}

}  // namespace mdsm
