#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mdsm/base/error.h"

namespace mdsm::testing {

/// Expects `action` to throw mdsm::Error whose text contains `part`, with this fault.
template <class Action> void expect_error(Action&& action, const std::string& part, Fault fault = Fault::request) {
  try {
    action();
    ADD_FAILURE() << "no error; expected one that contains \"" << part << '"';
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(part));
    EXPECT_EQ(error.fault(), fault) << error.what();
  }
}

}  // namespace mdsm::testing
