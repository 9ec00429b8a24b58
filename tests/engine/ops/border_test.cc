#include "mdsm/engine/ops/border.h"

#include <ATen/ops/reflection_pad2d.h>
#include <gtest/gtest.h>

#include "support/expect_checked.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_checked;

TEST(CheckOp, ReflectTo) {
  expect_checked(ReflectTo({3, 4, 5}, 6, 8), {{2, 3, 4, 5}}, [](const Tensors& x, const Tensors&) {
    return at::reflection_pad2d(x[0], {0, 3, 0, 2});
  });
  expect_checked(ReflectTo({1, 2, 3}, 2, 3), {{2, 1, 2, 3}}, [](const Tensors& x, const Tensors&) { return x[0]; });
}

TEST(ReflectTo, GoesOnWhereTheImageIsShorterThanItsBorder) {
  const auto reflected = [](const Tensor& x, int64_t height, int64_t width) {
    Point at;
    at.x = {x};
    return ReflectTo(datum_shape_of(x), height, width).forward(at);
  };
  const Tensor row = at::arange(3, at::kDouble).reshape({1, 1, 1, 3});
  EXPECT_TRUE(at::equal(reflected(row, 1, 8).flatten(), at::tensor({0., 1., 2., 1., 0., 1., 2., 1.})));
  EXPECT_TRUE(at::equal(reflected(row, 4, 3), row.expand({1, 1, 4, 3})));
}

TEST(CheckOp, CutOut) {
  expect_checked(CutOut({2, 5, 6}, {.top = 1, .left = 2, .height = 3, .width = 2}), {{2, 2, 5, 6}},
                 [](const Tensors& x, const Tensors&) { return x[0].slice(2, 1, 4).slice(3, 2, 4).contiguous(); });
}

TEST(Border, RejectsWhatIsOutside) {
  testing::expect_error([] { ReflectTo({1, 4, 4}, 3, 4); }, "from 4x4 to 3x4, which is smaller");
  testing::expect_error(
      [] {
        CutOut({1, 4, 4}, {.top = 2, .left = 0, .height = 3, .width = 4});
      },
      "3x4 from row 2 and column 0 of an image of 4x4");
  testing::expect_error([] { CutOut({4, 4}, {0, 0, 1, 1}); }, "expected an image");
}

}  // namespace
}  // namespace mdsm
