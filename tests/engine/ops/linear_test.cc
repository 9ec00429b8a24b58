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

}  // namespace
}  // namespace mdsm
