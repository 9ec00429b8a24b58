#include <gtest/gtest.h>

#include "mdsm/engine/ops/denoising_head.h"
#include "mdsm/engine/ops/linear_head.h"
#include "mdsm/engine/ops/quadratic_head.h"
#include "support/expect_checked.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_checked;

TEST(CheckOp, Heads) {
  expect_checked(QuadraticHead(6), {{3, 3, 2, 1}}, [](const Tensors& x, const Tensors& theta) {
    const Tensor h = x[0].reshape({3, 6});
    const auto product = [&](const Tensor& w) { return at::einsum("bi,i->b", {h, w[0]}); };
    return (product(theta[0]) + theta[1]) * (product(theta[2]) + theta[3]) +
           at::einsum("bi,bi,i->b", {h, h, theta[4][0]}) + theta[5];
  });
  expect_checked(LinearHead(6), {{3, 6}}, [](const Tensors& x, const Tensors& theta) {
    return at::einsum("bi,i->b", {x[0], theta[0][0]}) + theta[1];
  });
  expect_checked(DenoisingHead(), {{3, 1, 2, 2}, {3, 1, 2, 2}, {3}}, [](const Tensors& x, const Tensors&) {
    const Tensor r = x[0] - x[1];
    return 0.5 * x[2].pow(2) * at::einsum("bchw,bchw->b", {r, r});
  });
}

}  // namespace
}  // namespace mdsm
