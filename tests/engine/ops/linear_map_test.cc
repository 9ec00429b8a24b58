// The linear ops without parameters.
#include <gtest/gtest.h>

#include "mdsm/engine/ops/cast.h"
#include "mdsm/engine/ops/concat.h"
#include "mdsm/engine/ops/flatten.h"
#include "mdsm/engine/ops/multiply.h"
#include "mdsm/engine/ops/resample.h"
#include "mdsm/engine/ops/sum.h"
#include "support/expect_checked.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_checked;

TEST(CheckOp, Multiply) {
  expect_checked(Multiply(-2.5), {{3, 2}}, [](const Tensors& x, const Tensors&) { return x[0] * -2.5; });
  testing::expect_error([] { Multiply(0); }, "the factor is 0");
}

TEST(CheckOp, Flatten) {
  expect_checked(Flatten(), {{2, 3, 2, 2}}, [](const Tensors& x, const Tensors&) { return x[0].reshape({2, 12}); });
}

TEST(CheckOp, Sum) {
  expect_checked(Sum(), {{2, 3, 2, 2}, {2, 3, 2, 2}}, [](const Tensors& x, const Tensors&) { return x[0] + x[1]; });
  expect_checked(Sum(3), {{2, 3}, {2, 3}, {2, 3}}, [](const Tensors& x, const Tensors&) { return x[0] + x[1] + x[2]; });
}

TEST(CheckOp, Concat) {
  expect_checked(Concat(), {{2, 3, 2, 2}, {2, 1, 2, 2}}, [](const Tensors& x, const Tensors&) {
    return at::stack({x[0].select(1, 0), x[0].select(1, 1), x[0].select(1, 2), x[1].select(1, 0)}, 1);
  });
}

TEST(CheckOp, Resample) {
  expect_checked(MeanPool(), {{2, 3, 4, 6}}, [](const Tensors& x, const Tensors&) {
    return x[0].view({2, 3, 2, 2, 3, 2}).mean(at::IntArrayRef{3, 5});
  });
  testing::expect_error([] { MeanPool().output_shape({{2, 3, 5, 4}}); }, "both sides must be even");
  expect_checked(Upsample(), {{2, 3, 2, 3}},
                 [](const Tensors& x, const Tensors&) { return x[0].repeat_interleave(2, 2).repeat_interleave(2, 3); });
}

// A cast rounds, so only its linear passes can be held against differences: in float64 it must be the identity.
TEST(CheckOp, Cast) {
  CheckOptions options;
  options.float32_tolerance = options.bfloat16_tolerance = 0;
  expect_checked(
      Cast(at::kDouble, at::kDouble), {{2, 3}}, [](const Tensors& x, const Tensors&) { return x[0]; }, options);
  Point at;
  at.x = {at::ones({2, 3}, at::kFloat)};
  const Cast op(at::kFloat, at::kBFloat16);
  EXPECT_EQ(op.forward(at).scalar_type(), at::kBFloat16);
  EXPECT_EQ(op.backward(at, at::ones({2, 3}, at::kBFloat16), InputAdjoints::wanted, nullptr)[0].scalar_type(),
            at::kFloat);
}

}  // namespace
}  // namespace mdsm
