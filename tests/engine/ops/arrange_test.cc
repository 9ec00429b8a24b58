#include "mdsm/engine/ops/arrange.h"

#include <gtest/gtest.h>

#include "mdsm/engine/ops/product.h"
#include "support/expect_checked.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_checked;

TEST(CheckOp, Arrangements) {
  expect_checked(Reshape({2, 6}, {3, 4}), {{2, 2, 6}}, [](const Tensors& x, const Tensors&) {
    return x[0].reshape({2, 3, 4});
  });
  expect_checked(Expand({3, 1, 2}, {3, 4, 2}), {{2, 3, 1, 2}}, [](const Tensors& x, const Tensors&) {
    return x[0].repeat({1, 1, 4, 1});
  });
  expect_checked(SumAxes({3, 4, 2}, {0, 2}, 0.5), {{2, 3, 4, 2}},
                 [](const Tensors& x, const Tensors&) { return x[0].sum(3).sum(1) / 2; });
  expect_checked(SumAxes({3}, {0}), {{2, 3}}, [](const Tensors& x, const Tensors&) { return x[0].sum(1); });
  const Tensor c = at::arange(4, at::kDouble).reshape({1, 4});
  expect_checked(Shift({3, 4}, c), {{2, 3, 4}}, [&](const Tensors& x, const Tensors&) { return x[0] + c; });
}

TEST(CheckOp, AParameterAsAValue) {
  expect_checked(Broadcast({3}, {2, 2}), {{2, 3}}, [](const Tensors&, const Tensors& theta) {
    return theta[0].unsqueeze(0).repeat({2, 1, 1});
  });
}

TEST(CheckOp, Products) {
  expect_checked(Product(), {{2, 3, 4}, {2, 3, 4}}, [](const Tensors& x, const Tensors&) { return x[0] * x[1]; });
  expect_checked(Square(), {{2, 3, 4}}, [](const Tensors& x, const Tensors&) { return x[0] * x[0]; });
}

TEST(Arrange, ErrorsNameTheShapes) {
  testing::expect_error([] { Reshape({2, 6}, {5}); }, "(2, 6) has 12 entries");
  testing::expect_error([] { Expand({2}, {3}); }, "(2) does not expand to (3)");
  testing::expect_error([] { SumAxes({2}, {1}); }, "1 of a datum of (2)");
  testing::expect_error([] { Shift({2}, at::ones({3})); }, "shape (3) to a datum of (2)");
}

}  // namespace
}  // namespace mdsm
