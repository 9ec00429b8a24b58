// Every op against check_op, and forward against references written as plainly as possible.
#include <gtest/gtest.h>

#include "mdsm/engine/check_op.h"
#include "mdsm/engine/ops/cast.h"
#include "mdsm/engine/ops/concat.h"
#include "mdsm/engine/ops/conv.h"
#include "mdsm/engine/ops/denoising_head.h"
#include "mdsm/engine/ops/flatten.h"
#include "mdsm/engine/ops/linear.h"
#include "mdsm/engine/ops/linear_head.h"
#include "mdsm/engine/ops/multiply.h"
#include "mdsm/engine/ops/pointwise.h"
#include "mdsm/engine/ops/quadratic_head.h"
#include "mdsm/engine/ops/resample.h"
#include "mdsm/engine/ops/scale.h"
#include "mdsm/engine/ops/sum.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using Reference = std::function<Tensor(const Tensors&, const Tensors&)>;

void expect_checked(const Op& op, const std::vector<Shape>& shapes, Reference reference, CheckOptions options = {}) {
  options.reference = std::move(reference);
  for (uint64_t seed : {uint64_t{1}, uint64_t{2}}) {
    options.seed = seed;
    const CheckReport report = check_op(op, shapes, options);
    EXPECT_TRUE(report.passed()) << report.text();
  }
}

/// phi entry by entry, in a loop.
Reference each(double (*phi)(double)) {
  return [phi](const Tensors& x, const Tensors&) {
    Tensor y = x[0].clone();
    double* data = y.data_ptr<double>();
    for (int64_t i = 0; i < y.numel(); ++i) data[i] = phi(data[i]);
    return y;
  };
}

/// The definition of a convolution with zero padding, in loops; the transposed one scatters where the plain one
/// gathers.
Tensor naive_conv(const ConvSizes& g, const Tensor& x, const Tensor& w, const Tensor& bias, const Shape& y_shape) {
  Tensor y = at::zeros(y_shape, at::kDouble);
  auto out = y.accessor<double, 4>();
  const Tensor xc = x.contiguous();
  const auto in = xc.accessor<double, 4>();
  const auto weight = w.accessor<double, 4>();
  const bool transposed = g.kind == ConvKind::transposed;
  const Shape fine = transposed ? y_shape : Shape(x.sizes().begin(), x.sizes().end());
  const Shape coarse = transposed ? Shape(x.sizes().begin(), x.sizes().end()) : y_shape;
  for (int64_t b = 0; b < y_shape[0]; ++b)
    for (int64_t i = 0; i < g.in; ++i)
      for (int64_t o = 0; o < g.out; ++o)
        for (int64_t r = 0; r < coarse[2]; ++r)
          for (int64_t s = 0; s < coarse[3]; ++s)
            for (int64_t k = 0; k < g.kernel; ++k)
              for (int64_t l = 0; l < g.kernel; ++l) {
                const int64_t row = r * g.stride + k - g.padding;
                const int64_t column = s * g.stride + l - g.padding;
                if (row < 0 || row >= fine[2] || column < 0 || column >= fine[3]) continue;
                if (transposed) out[b][o][row][column] += weight[i][o][k][l] * in[b][i][r][s];
                else out[b][o][r][s] += weight[o][i][k][l] * in[b][i][row][column];
              }
  return bias.defined() ? y + bias.view({1, -1, 1, 1}) : y;
}

void expect_conv_checked(const ConvSizes& sizes, const Shape& shape) {
  for (Bias bias : {Bias::none, Bias::learned}) {
    const Conv op(sizes, bias);
    expect_checked(op, {shape}, [&](const Tensors& x, const Tensors& theta) {
      return naive_conv(sizes, x[0], theta[0], theta.size() > 1 ? theta[1] : Tensor(), op.output_shape({shape}));
    });
  }
}

TEST(CheckOp, Multiply) {
  expect_checked(Multiply(-2.5), {{3, 2}}, [](const Tensors& x, const Tensors&) { return x[0] * -2.5; });
  testing::expect_error([] { Multiply(0); }, "the factor is 0");
}

TEST(CheckOp, Pointwise) {
  CheckOptions kink;  // ELU'' jumps at 0: keep every point of the differences on one side
  kink.domain = [](size_t, const Tensor& x) { return x + 0.2 * x.sign(); };
  const std::vector<Shape> shapes{{2, 3, 4, 4}};
  expect_checked(Pointwise(elu_function()), shapes, each([](double x) { return x > 0 ? x : std::exp(x) - 1; }), kink);
  expect_checked(Pointwise(silu_function()), shapes, each([](double x) { return x / (1 + std::exp(-x)); }));
  expect_checked(Pointwise(softplus_function()), shapes, each([](double x) { return std::log(1 + std::exp(x)); }));
  expect_checked(Pointwise(tanh_function()), {{3, 5}}, each([](double x) { return std::tanh(x); }));
  expect_checked(Pointwise(identity_function()), {{3, 5}}, each([](double x) { return x; }));
}

TEST(CheckOp, PointwiseFarFromZero) {
  CheckOptions far;
  far.domain = [](size_t, const Tensor& x) { return 30 * x.sign() + x; };
  for (const PointwiseFunction& row : {elu_function(), silu_function(), softplus_function(), tanh_function()}) {
    expect_checked(Pointwise(row), {{2, 8}}, nullptr, far);
  }
}

TEST(CheckOp, Conv3x3) { expect_conv_checked(conv3x3(2, 3), {2, 2, 4, 5}); }
TEST(CheckOp, Conv1x1) { expect_conv_checked(conv1x1(3, 2), {2, 3, 3, 2}); }
TEST(CheckOp, Conv4x4Down) { expect_conv_checked(conv4x4_down(2, 3), {2, 2, 4, 6}); }
TEST(CheckOp, Conv4x4Up) { expect_conv_checked(conv4x4_up(2, 3), {2, 2, 2, 3}); }

/// The 3x3 convolution and the pool or up-sampling that the fold stands for.
TEST(CheckOp, SlicedConvs) {
  const ConvSizes sizes = conv3x3(2, 3);
  const Conv plain(sizes, Bias::learned, Fold::none, {1, 4});
  EXPECT_EQ(plain.parameter_shapes()[0], (Shape{3, 4, 3, 3}));
  expect_checked(plain, {{2, 2, 4, 3}}, [&](const Tensors& x, const Tensors& theta) {
    return naive_conv(sizes, x[0], theta[0].narrow(1, 1, 2).contiguous(), theta[1], {2, 3, 4, 3});
  });
  expect_checked(Conv(conv4x4_up(2, 3), Bias::none, Fold::upsample, {1, 4}), {{2, 2, 2, 3}},
                 [&](const Tensors& x, const Tensors& theta) {
                   const Tensor up = x[0].repeat_interleave(2, 2).repeat_interleave(2, 3);
                   return naive_conv(sizes, up, theta[0].narrow(1, 1, 2).contiguous(), Tensor(), {2, 3, 4, 6});
                 });
  testing::expect_error([&] { Conv(sizes, Bias::none, Fold::none, {3, 4}); }, "channels 3 to 4 of a weight with 4");
  testing::expect_error([&] { Conv(conv4x4_up(2, 3), Bias::none, Fold::none, {0, 4}); }, "only plain and folded");
}

TEST(CheckOp, FoldedConvs) {
  const auto same = [](const Tensors& x, const Tensors& theta) {
    const Shape shape{2, 3, x[0].size(2), x[0].size(3)};
    return naive_conv(conv3x3(2, 3), x[0], theta[0], theta[1], shape);
  };
  expect_checked(Conv(conv4x4_down(2, 3), Bias::learned, Fold::mean_pool), {{2, 2, 4, 6}},
                 [&](const Tensors& x, const Tensors& theta) {
                   return same(x, theta).view({2, 3, 2, 2, 3, 2}).mean(at::IntArrayRef{3, 5});
                 });
  expect_checked(Conv(conv4x4_up(2, 3), Bias::learned, Fold::upsample), {{2, 2, 2, 3}},
                 [&](const Tensors& x, const Tensors& theta) {
                   return same({x[0].repeat_interleave(2, 2).repeat_interleave(2, 3)}, theta);
                 });
}

TEST(CheckOp, Linear) {
  expect_checked(Linear(4, 3, Bias::learned), {{2, 4}}, [](const Tensors& x, const Tensors& theta) {
    return at::einsum("bi,oi->bo", {x[0], theta[0]}) + theta[1];
  });
  expect_checked(Linear(4, 3, Bias::none), {{2, 4}}, [](const Tensors& x, const Tensors& theta) {
    return at::einsum("bi,oi->bo", {x[0], theta[0]});
  });
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
  expect_checked(Upsample(), {{2, 3, 2, 3}},
                 [](const Tensors& x, const Tensors&) { return x[0].repeat_interleave(2, 2).repeat_interleave(2, 3); });
}

TEST(CheckOp, Scale) {
  CheckOptions options;
  options.bfloat16_tolerance = 0;  // always run in float32 or wider
  options.domain = [](size_t index, const Tensor& x) { return index == 1 ? x.abs() + 1.5 : x; };
  expect_checked(
      RootMeanSquare(0.1), {{3, 1, 2, 4}},
      [](const Tensors& x, const Tensors&) {
        return at::sqrt(at::einsum("bchw,bchw->b", {x[0], x[0]}) / 8 + 0.1);
      },
      options);
  expect_checked(
      DivideByScale(), {{3, 1, 2, 4}, {3}},
      [](const Tensors& x, const Tensors&) {
        return at::stack({x[0][0] / x[1][0], x[0][1] / x[1][1], x[0][2] / x[1][2]});
      },
      options);
}

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

TEST(CheckOp, ErrorsNameTheOpAndTheShape) {
  Point at;
  at.x = {at::ones({2, 3, 5, 4})};
  testing::expect_error([&] { Conv(conv4x4_down(3, 4), Bias::none).forward(at); }, "a side of 5 pixels");
  testing::expect_error([&] { Conv(conv3x3(2, 4), Bias::none).forward(at); },
                        "conv 3x3, 2 -> 4: an input has shape (2, 3, 5, 4)");
  testing::expect_error([&] { MeanPool().forward(at); }, "both sides must be even");
  testing::expect_error([] { RootMeanSquare(0); }, "above 0");
}

}  // namespace
}  // namespace mdsm
