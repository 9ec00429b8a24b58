// The linear ops without parameters.
#include <gtest/gtest.h>

#include "mdsm/engine/ops/cast.h"
#include "mdsm/engine/ops/concat.h"
#include "mdsm/engine/ops/flatten.h"
#include "mdsm/engine/ops/multiply.h"
#include "mdsm/engine/ops/resample.h"
#include "mdsm/engine/ops/second_differences.h"
#include "mdsm/engine/ops/sum.h"
#include "support/check_energy.h"
#include "support/expect_checked.h"
#include "support/expect_error.h"
#include "support/second_differences.h"

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

TEST(CheckOp, SecondDifferences) {
  for (const Shape& shape : {Shape{2, 3, 4, 5}, Shape{2, 1, 1, 6}, Shape{2, 1, 2, 2}}) {
    expect_checked(SecondDifferences(), {shape},
                   [](const Tensors& x, const Tensors&) { return testing::second_differences(x[0]); });
  }
  testing::expect_error([] { SecondDifferences().output_shape({{2, 3}}); }, "second differences");
}

// White noise keeps its size; a plane, and an edge along an axis, leave nothing.
TEST(SecondDifferences, KeepNoiseAlone) {
  const auto u = [](const Tensor& x) {
    Point at;
    at.x = {x};
    return SecondDifferences().forward(at);
  };
  const Tensor noise = testing::test_normal(4, {1, 200, 200});  // standard error of the mean square: 0.6 %
  EXPECT_NEAR(u(noise).pow(2).mean().item<double>(), 1, 0.03);
  const Tensor ramp = at::arange(50, at::kDouble).view({1, 1, 50, 1}) + 2 * at::arange(40, at::kDouble);
  EXPECT_LT(u(ramp).abs().max().item<double>(), 1e-12);
  EXPECT_LT(u((ramp > 60).to(at::kDouble).select(2, 3).unsqueeze(2).expand({1, 1, 50, 40})).abs().max().item<double>(),
            1e-12);
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
