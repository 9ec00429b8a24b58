#include "mdsm/engine/ops/aten_call.h"

#include <gtest/gtest.h>

#include "support/expect_checked.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_checked;

AtenArgument input(size_t index) { return {.from = AtenArgument::From::input, .indices = {index}}; }
AtenArgument parameter(size_t index) { return {.from = AtenArgument::From::parameter, .indices = {index}}; }
AtenArgument constant(c10::IValue value) { return {.constant = std::move(value)}; }

TEST(CheckOp, AtenCallOfSmoothFunctions) {
  expect_checked(AtenCall("aten::exp", "", {input(0)}, {{3}}, {}, AtenKind::smooth), {{2, 3}},
                 [](const Tensors& x, const Tensors&) { return x[0].exp(); });
  expect_checked(AtenCall("aten::gelu", "", {input(0)}, {{3, 2}}, {}, AtenKind::smooth), {{2, 3, 2}},
                 [](const Tensors& x, const Tensors&) { return 0.5 * x[0] * (1 + (x[0] / std::sqrt(2.0)).erf()); });
}

TEST(CheckOp, AtenCallWithParameters) {
  const AtenCall norm("aten::layer_norm", "", {input(0), constant(c10::List<int64_t>({5})), parameter(0), parameter(1)},
                      {{3, 5}}, {{5}, {5}}, AtenKind::smooth);
  CheckOptions wide;
  wide.bfloat16_tolerance = 0;  // computed in the parameters' type; of zeros its slope is 300
  expect_checked(
      norm, {{2, 3, 5}},
      [](const Tensors& x, const Tensors& theta) {
        const Tensor centred = x[0] - x[0].mean(2, true);
        return centred / (centred.square().mean(2, true) + 1e-5).sqrt() * theta[0] + theta[1];
      },
      wide);
}

TEST(CheckOp, AtenCallOfLinearMaps) {
  AtenArgument both{.from = AtenArgument::From::input, .indices = {0, 1}, .is_list = true};
  expect_checked(AtenCall("aten::cat", "", {both, constant(2)}, {{2, 3}, {2, 1}}, {}, AtenKind::linear),
                 {{2, 2, 3}, {2, 2, 1}}, [](const Tensors& x, const Tensors&) { return at::cat(x, 2); });
  const c10::List<int64_t> size({3});
  expect_checked(AtenCall("aten::avg_pool1d", "", {input(0), constant(size)}, {{2, 7}}, {}, AtenKind::linear),
                 {{2, 2, 7}}, [](const Tensors& x, const Tensors&) {
                   return x[0].narrow(2, 0, 6).reshape({2, 2, 2, 3}).mean(3);
                 });
}

TEST(AtenCall, ErrorsNameTheOperator) {
  testing::expect_error([] { AtenCall("aten::expo", "", {input(0)}, {{3}}, {}, AtenKind::smooth); },
                        "no operator aten::expo");
  testing::expect_error([] { AtenCall("aten::sum", "", {input(0)}, {{3}}, {}, AtenKind::linear); }, "first axis");
  testing::expect_error([] { AtenCall("aten::mul", "Tensor", {input(0)}, {{3}}, {}, AtenKind::smooth); }, "'other'");
}

}  // namespace
}  // namespace mdsm
