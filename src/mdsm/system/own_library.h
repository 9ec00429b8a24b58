#pragma once

#include <filesystem>
#include <string>

namespace mdsm {

/// A library of ours that is loaded only where it is of use.
struct OwnLibrary {
  std::string file;              ///< "libmdsm_mpi.so"
  std::filesystem::path folder;  ///< of libmdsm
  std::filesystem::path path;  ///< beside libmdsm, or in mdsm/ there, as installed; empty: this mdsm was built without
};

/// \param name  "mpi"
OwnLibrary own_library(const std::string& name);

/// What the library has under `symbol`, after loading it with its symbols for all to see. It is never unloaded.
/// \param advice  ends the error's text: what to do where it cannot be loaded
/// \throws Error (failure) with the loader's reason, or for a library of another version
void* load_own_library(const std::filesystem::path& path, const char* symbol, const std::string& advice);

}  // namespace mdsm
