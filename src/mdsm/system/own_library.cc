#include "mdsm/system/own_library.h"

#include <dlfcn.h>

#include "mdsm/base/error.h"

namespace mdsm {

namespace fs = std::filesystem;

OwnLibrary own_library(const std::string& name) {
  Dl_info here{};
  ::dladdr(reinterpret_cast<const void*>(&own_library), &here);
  OwnLibrary library{.file = "libmdsm_" + name + ".so",
                     .folder = fs::absolute(here.dli_fname == nullptr ? "." : here.dli_fname).parent_path(),
                     .path = {}};
  for (const fs::path& place : {library.folder / library.file, library.folder / "mdsm" / library.file}) {
    if (library.path.empty() && fs::exists(place)) library.path = place;
  }
  return library;
}

void* load_own_library(const fs::path& path, const char* symbol, const std::string& advice) {
  // Open MPI and LibTorch load parts of their own, which look for their symbols among the global ones.
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (handle == nullptr) fail("{}: could not be loaded ({}).{}", path.string(), ::dlerror(), advice);
  void* found = ::dlsym(handle, symbol);
  if (found == nullptr) fail("{}: it is of another version of mdsm. Build it again.", path.string());
  return found;
}

}  // namespace mdsm
