#include <gtest/gtest.h>

#include "mdsm/engine/ops/linear.h"
#include "support/expect_checked.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_checked;

TEST(CheckOp, Linear) {
  expect_checked(Linear(4, 3, Bias::learned), {{2, 4}}, [](const Tensors& x, const Tensors& theta) {
    return at::einsum("bi,oi->bo", {x[0], theta[0]}) + theta[1];
  });
  expect_checked(Linear(4, 3, Bias::none), {{2, 4}}, [](const Tensors& x, const Tensors& theta) {
    return at::einsum("bi,oi->bo", {x[0], theta[0]});
  });
}

TEST(CheckOp, LinearOfEachRow) {
  expect_checked(Linear(4, 3, Bias::learned), {{2, 5, 2, 4}}, [](const Tensors& x, const Tensors& theta) {
    return at::einsum("brsi,oi->brso", {x[0], theta[0]}) + theta[1];
  });
  testing::expect_error([] { Linear(4, 3, Bias::none).output_shape({{2, 3}}); }, "expected (B, 4), or (B, ..., 4)");
}

}  // namespace
}  // namespace mdsm
