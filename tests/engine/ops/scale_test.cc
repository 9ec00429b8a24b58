#include <gtest/gtest.h>

#include "mdsm/engine/ops/scale.h"
#include "support/expect_checked.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_checked;

TEST(CheckOp, Scale) {
  CheckOptions options;
  options.bfloat16_tolerance = 0;  // always run in float32 or wider
  options.domain = [](size_t index, const Tensor& x) { return index == 1 ? x.abs() + 1.5 : x; };
  expect_checked(
      RootMeanSquare(0.1), {{3, 1, 2, 4}},
      [](const Tensors& x, const Tensors&) {
        return at::sqrt(at::einsum("bchw,bchw->b", {x[0], x[0]}) / 8 + 0.1);
      },
      options);
  expect_checked(
      DivideByScale(), {{3, 1, 2, 4}, {3}},
      [](const Tensors& x, const Tensors&) {
        return at::stack({x[0][0] / x[1][0], x[0][1] / x[1][1], x[0][2] / x[1][2]});
      },
      options);
  testing::expect_error([] { RootMeanSquare(0); }, "above 0");
}

}  // namespace
}  // namespace mdsm
