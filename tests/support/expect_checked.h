#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "mdsm/engine/check_op.h"

namespace mdsm::testing {

using Reference = std::function<Tensor(const Tensors& x, const Tensors& theta)>;

/// check_op at two draws, with forward against a reference that is written as plainly as possible.
inline void expect_checked(const Op& op, const std::vector<Shape>& shapes, Reference reference,
                           CheckOptions options = {}) {
  options.reference = std::move(reference);
  for (uint64_t seed : {uint64_t{1}, uint64_t{2}}) {
    options.seed = seed;
    const CheckReport report = check_op(op, shapes, options);
    EXPECT_TRUE(report.passed()) << report.text();
  }
}

}  // namespace mdsm::testing
