#pragma once

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm::testing {

/// What a run of the program left behind.
struct Outcome {
  int code = -1;  ///< exit code; -1: killed
  std::string out;
  std::string err;
};

/// Runs `mdsm ARGUMENTS` in a shell.
inline Outcome run_program(const std::string& arguments) {
  const TempDir folder;
  const std::string command = fmt::format("{} {} >{} 2>{} </dev/null", MDSM_PROGRAM, arguments,
                                          (folder / "out").string(), (folder / "err").string());
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_bytes(folder / "out"), read_bytes(folder / "err")};
}

}  // namespace mdsm::testing
