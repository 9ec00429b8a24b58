#include <gtest/gtest.h>

#include "mdsm/engine/ops/conv.h"
#include "support/expect_checked.h"
#include "support/expect_error.h"
#include "support/naive_conv.h"

namespace mdsm {
namespace {

using testing::expect_checked;

/// w * x + bias by its definition.
Tensor defined_conv(const ConvSizes& s, const Tensor& x, const Tensor& w, const Tensor& bias) {
  const Tensor y = s.kind == ConvKind::transposed ? testing::naive_conv_adjoint(x, w, s.stride, s.padding)
                                                  : testing::naive_conv(x, w, s.stride, s.padding);
  return bias.defined() ? y + bias.view({1, -1, 1, 1}) : y;
}

void expect_conv_checked(const ConvSizes& sizes, const Shape& shape) {
  for (Bias bias : {Bias::none, Bias::learned}) {
    const Conv op(sizes, bias);
    expect_checked(op, {shape}, [&](const Tensors& x, const Tensors& theta) {
      return defined_conv(sizes, x[0], theta[0], theta.size() > 1 ? theta[1] : Tensor());
    });
  }
}

TEST(CheckOp, Conv3x3) { expect_conv_checked(conv3x3(2, 3), {2, 2, 4, 5}); }
TEST(CheckOp, Conv1x1) { expect_conv_checked(conv1x1(3, 2), {2, 3, 3, 2}); }
TEST(CheckOp, Conv4x4Down) { expect_conv_checked(conv4x4_down(2, 3), {2, 2, 4, 6}); }
TEST(CheckOp, Conv4x4Up) { expect_conv_checked(conv4x4_up(2, 3), {2, 2, 2, 3}); }

TEST(CheckOp, SlicedConvs) {
  const ConvSizes sizes = conv3x3(2, 3);
  const Conv plain(sizes, Bias::learned, Fold::none, {1, 4});
  EXPECT_EQ(plain.parameter_shapes()[0], (Shape{3, 4, 3, 3}));
  expect_checked(plain, {{2, 2, 4, 3}}, [&](const Tensors& x, const Tensors& theta) {
    return defined_conv(sizes, x[0], theta[0].narrow(1, 1, 2), theta[1]);
  });
  expect_checked(Conv(conv4x4_up(2, 3), Bias::none, Fold::upsample, {1, 4}), {{2, 2, 2, 3}},
                 [&](const Tensors& x, const Tensors& theta) {
                   const Tensor up = x[0].repeat_interleave(2, 2).repeat_interleave(2, 3);
                   return defined_conv(sizes, up, theta[0].narrow(1, 1, 2), Tensor());
                 });
  testing::expect_error([&] { Conv(sizes, Bias::none, Fold::none, {3, 4}); }, "channels 3 to 4 of a weight with 4");
  testing::expect_error([&] { Conv(conv4x4_up(2, 3), Bias::none, Fold::none, {0, 4}); }, "only plain and folded");
}

TEST(CheckOp, FoldedConvs) {
  const auto same = [](const Tensors& x, const Tensors& theta) {
    return defined_conv(conv3x3(2, 3), x[0], theta[0], theta[1]);
  };
  expect_checked(Conv(conv4x4_down(2, 3), Bias::learned, Fold::mean_pool), {{2, 2, 4, 6}},
                 [&](const Tensors& x, const Tensors& theta) {
                   return same(x, theta).reshape({2, 3, 2, 2, 3, 2}).mean(at::IntArrayRef{3, 5});
                 });
  expect_checked(Conv(conv4x4_up(2, 3), Bias::learned, Fold::upsample), {{2, 2, 2, 3}},
                 [&](const Tensors& x, const Tensors& theta) {
                   return same({x[0].repeat_interleave(2, 2).repeat_interleave(2, 3)}, theta);
                 });
}

TEST(CheckOp, ConvOfAnyStrideLeavesARemainder) {
  for (const auto& [kernel, stride, padding] : std::vector<std::array<int64_t, 3>>{{3, 2, 1}, {5, 3, 2}, {7, 2, 3}}) {
    const ConvSizes sizes{.in = 2, .out = 3, .kernel = kernel, .stride = stride, .padding = padding};
    expect_checked(Conv(sizes, Bias::learned), {{2, 2, 6, 7}}, [&](const Tensors& x, const Tensors& theta) {
      return at::conv2d(x[0], theta[0], theta[1], {stride, stride}, {padding, padding});
    });
  }
}

TEST(CheckOp, ConvErrorsNameTheOpAndTheShape) {
  Point at;
  at.x = {at::ones({2, 3, 1, 4})};
  testing::expect_error([&] { Conv(conv4x4_down(3, 4), Bias::none).forward(at); }, "a side of 1 pixels");
  at.x = {at::ones({2, 3, 5, 4})};
  testing::expect_error([&] { Conv(conv3x3(2, 4), Bias::none).forward(at); },
                        "conv 3x3, 2 -> 4: an input has shape (2, 3, 5, 4)");
}

}  // namespace
}  // namespace mdsm
