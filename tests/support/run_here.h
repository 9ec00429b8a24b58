#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "mdsm/cli/program.h"
#include "support/run_program.h"

namespace mdsm::testing {

/// Runs the program in this process: to start hundreds of them would take minutes.
inline Outcome run_here(const std::vector<std::string>& words) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = cli::run_program(words);
  std::fflush(stdout);
  return {code, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

}  // namespace mdsm::testing
