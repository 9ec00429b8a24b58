#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace mdsm::testing {

/// A test whose at::randn draws the same in every run and order: `using Suite = SeededTest; TEST_F(Suite, Name)`.
class SeededTest : public ::testing::Test {
 protected:
  void SetUp() override { at::manual_seed(1); }
};

}  // namespace mdsm::testing
