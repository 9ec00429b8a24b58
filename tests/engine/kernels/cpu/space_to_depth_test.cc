#include "mdsm/engine/kernels/cpu/space_to_depth.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"

namespace mdsm {
namespace {

Tensor draw(const Shape& shape) { return RandomRows::slots(8, Stream::data, 0, 2).normal(0, shape); }

// Channel (2 pi + pj) C + c of square (u, v) is pixel (2 u + pi, 2 v + pj) of the image with its border of one.
TEST(SpaceToDepth, StacksTheSquaresOfThePaddedImage) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const Tensor x = draw({3, 4, 6}).to(type);
    const Tensor padded = at::constant_pad_nd(x, {1, 1, 1, 1});
    const Tensor squares = kernels::space_to_depth(x);
    ASSERT_EQ(squares.sizes(), at::IntArrayRef({2, 12, 3, 4}));
    for (int64_t pi : {0, 1}) {
      for (int64_t pj : {0, 1}) {
        const Tensor part = squares.narrow(1, (2 * pi + pj) * 3, 3);
        EXPECT_TRUE(at::equal(part, padded.slice(2, pi, std::nullopt, 2).slice(3, pj, std::nullopt, 2)));
      }
    }
  }
}

TEST(SpaceToDepth, IsUndoneExactly) {
  const Tensor x = draw({3, 6, 4});
  EXPECT_TRUE(at::equal(kernels::depth_to_space(kernels::space_to_depth(x)), x));
  const Tensor weight = draw({3, 4, 4});
  EXPECT_TRUE(at::equal(kernels::unfold_weight(kernels::fold_weight(weight)), weight));
}

TEST(SpaceToDepth, IsForTheConvolutionThatHalves) {
  const ConvGeometry halves{.kernel = 4, .stride = 2, .padding = 1};
  EXPECT_TRUE(kernels::has_space_to_depth(halves, 8, 6));
  EXPECT_FALSE(kernels::has_space_to_depth(halves, 7, 6));
  EXPECT_FALSE(kernels::has_space_to_depth({.kernel = 3, .stride = 1, .padding = 1}, 8, 6));
}

}  // namespace
}  // namespace mdsm
