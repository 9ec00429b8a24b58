#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/paths.h"

namespace mdsm::testing {

/// A file of the data that lie beside the checkout, ../shared; the environment variable MDSM_SHARED_DIR names another
/// place. The program looks there of itself, and in MDSM_DATA: what moves the one should set both.
inline std::filesystem::path shared_path(const std::string& name) {
  const char* place = std::getenv("MDSM_SHARED_DIR");
  return std::filesystem::path(place != nullptr ? place : MDSM_SOURCE_DIR "/../shared") / name;
}

}  // namespace mdsm::testing

/// Leaves the test, skipped, on a machine without that file of ../shared. `.ci/run` looks for these words.
#define MDSM_NEEDS_SHARED(name)                                   \
  if (!std::filesystem::exists(mdsm::testing::shared_path(name))) \
  GTEST_SKIP() << "needs shared data, which are not here: " << mdsm::testing::shared_path(name)
