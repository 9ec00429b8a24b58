// The algebra that every operator owes: adjoint, pseudo-inverse, filter; and each one against its plain definition.
#include "mdsm/restore/operators.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "mdsm/restore/cosine.h"
#include "mdsm/restore/masks.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using Operator = std::shared_ptr<const LinearOperator>;

Tensor random_batch(uint64_t seed, const Shape& shape, int64_t count = 3) {
  return RandomRows::slots(seed, Stream::data, 0, count).normal(0, shape, at::kDouble);
}

/// A kernel without any symmetry.
Tensor crooked_kernel() {
  const Tensor kernel = (at::arange(15, at::kDouble) * 1.3).sin().view({3, 5}) + 1.2;
  return kernel / kernel.sum();
}

struct Case {
  std::string name;
  Operator a;
};

std::vector<Case> cases() {
  const Shape colour{3, 12, 8};
  const Shape grey{1, 9, 12};
  const auto inpainting = std::make_shared<Inpainting>(random_mask(0.3, 5, 12, 8), colour);
  const auto downsampling = std::make_shared<Downsampling>(4, colour);
  return {{"InpaintRandom", inpainting},
          {"InpaintHalf", std::make_shared<Inpainting>(half_mask(ImageSide::right, 9, 12), grey)},
          {"Downsample", downsampling},
          {"BlurGaussianReflect", std::make_shared<Blur>(gaussian_kernel(1.0), Boundary::reflect, colour)},
          {"BlurBoxCircular", std::make_shared<Blur>(box_kernel(3), Boundary::circular, grey)},
          {"BlurCrookedCircular", std::make_shared<Blur>(crooked_kernel(), Boundary::circular, grey)},
          {"CompressedSensing", std::make_shared<CompressedSensing>(0.25, 7, colour)},
          {"Decolorize", std::make_shared<Decolorize>(colour)},
          {"Identity", std::make_shared<Identity>(grey)},
          {"FramedDownsample", std::make_shared<Framed>(downsampling, Shape{3, 15, 9})},
          {"FramedInpaint", std::make_shared<Framed>(inpainting, Shape{3, 16, 12})}};
}

class Operators : public ::testing::TestWithParam<Case> {
 protected:
  const LinearOperator& a() const { return *GetParam().a; }
  Tensor x(uint64_t seed = 1) const { return random_batch(seed, a().domain()); }
  Tensor y(uint64_t seed = 2) const { return random_batch(seed, a().range()); }
};

std::string case_name(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

Tensor inner_product(const Tensor& a, const Tensor& b) { return sum_per_datum(a * b); }

Tensor measured_part(const LinearOperator& a, const Tensor& x) {
  return a.filter(x, [](const Tensor& s) { return (s > 0).to(s.scalar_type()); });
}

// <A x, y> = <x, A' y>
TEST_P(Operators, TheAdjointIsTheAdjoint) {
  expect_close(inner_product(a().apply(x()), y()), inner_product(x(), a().adjoint(y())), 1e-12);
}

// The four conditions of Penrose: they have one solution, the pseudo-inverse.
TEST_P(Operators, ThePseudoInverseIsMooreAndPenroses) {
  const Tensor ax = a().apply(x());
  expect_close(a().apply(a().pseudo_inverse(ax)), ax, 1e-11, "A A+ A = A");
  const Tensor py = a().pseudo_inverse(y());
  expect_close(a().pseudo_inverse(a().apply(py)), py, 1e-11, "A+ A A+ = A+");
  const auto back = [&](const Tensor& v) { return a().pseudo_inverse(a().apply(v)); };
  expect_close(inner_product(back(x(1)), x(3)), inner_product(x(1), back(x(3))), 1e-10, "A+ A is symmetric");
  const auto forth = [&](const Tensor& v) { return a().apply(a().pseudo_inverse(v)); };
  expect_close(inner_product(forth(y(1)), y(3)), inner_product(y(1), forth(y(3))), 1e-10, "A A+ is symmetric");
}

// V f(S) V' for f = 1, s > 0, s^2.
TEST_P(Operators, TheFilterIsThatOfTheSingularValues) {
  expect_close(a().filter(x(), [](const Tensor& s) { return at::ones_like(s); }), x(), 1e-12, "1");
  expect_close(measured_part(a(), x()), a().pseudo_inverse(a().apply(x())), 1e-11, "A+ A");
  expect_close(a().filter(x(), [](const Tensor& s) { return s.square(); }), a().adjoint(a().apply(x())), 1e-12, "A' A");
  const Tensor scale = at::tensor({1.0, 2.0, -3.0}, at::kDouble).view({3, 1, 1, 1});
  expect_close(a().filter(x(),
                          [&](const Tensor& s) {
                            return scale.expand({3, s.size(1), s.size(2), s.size(3)});
                          }),
               x() * scale, 1e-12, "a weight a datum");
}

// 60 steps of the power method from below.
TEST_P(Operators, TheLargestSingularValueIsTheNorm) {
  Tensor v = x();
  double norm = 0;
  for (int i = 0; i < 60; ++i) {
    v = a().adjoint(a().apply(v));
    norm = std::sqrt(v[0].norm().item<double>());
    v = v / v[0].norm();
  }
  EXPECT_LE(norm, a().largest_singular_value() * (1 + 1e-12));
  EXPECT_GE(norm, a().largest_singular_value() * 0.97);
}

TEST_P(Operators, Float32AgreesAndWrongShapesAreErrors) {
  expect_close(a().apply(x().to(at::kFloat)), a().apply(x()), 1e-5);
  expect_close(a().pseudo_inverse(a().apply(x().to(at::kFloat))), a().pseudo_inverse(a().apply(x())), 1e-3);
  EXPECT_EQ(a().apply(x().to(at::kFloat)).scalar_type(), at::kFloat);
  EXPECT_EQ(a().adjoint(y().to(at::kFloat)).scalar_type(), at::kFloat);
  const Tensor wrong = at::zeros({1, 3, 5, 5}, at::kDouble);
  expect_error([&] { a().apply(wrong); }, a().name());
  expect_error([&] { a().adjoint(wrong); }, "adjoint");
  expect_error([&] { a().pseudo_inverse(wrong); }, "pseudo-inverse");
  expect_error([&] { a().filter(wrong, [](const Tensor& s) { return s; }); }, "filter");
}

INSTANTIATE_TEST_SUITE_P(All, Operators, ::testing::ValuesIn(cases()), case_name);

TEST(Inpainting, KeepsTheMeasuredPixels) {
  const Tensor x = random_batch(1, {2, 2, 3});
  const Tensor y = Inpainting(at::tensor({1, 0, 1, 0, 0, 1}).view({1, 2, 3}), {2, 2, 3}).apply(x);
  EXPECT_TRUE(at::equal(y.select(2, 0).select(2, 1), at::zeros({3, 2}, at::kDouble)));
  EXPECT_TRUE(at::equal(y.select(2, 1).select(2, 2), x.select(2, 1).select(2, 2)));
  expect_error([] { Inpainting(at::zeros({1, 2, 2}), {1, 2, 2}); }, "nothing is measured");
  expect_error([] { Inpainting(at::full({1, 2, 2}, 0.5), {1, 2, 2}); }, "other than 0 and 1");
  expect_error([] { Inpainting(at::ones({1, 2, 2}), {1, 3, 2}); }, "a mask of shape (1, 2, 2)");
}

TEST(Downsampling, IsTheMeanOfSquares) {
  const Tensor x = at::arange(16, at::kDouble).view({1, 1, 4, 4});
  const Tensor expected = at::tensor({2.5, 4.5, 10.5, 12.5}, at::kDouble).view({1, 1, 2, 2});
  expect_close(Downsampling(2, {1, 4, 4}).apply(x), expected, 1e-15);
  expect_error([] { Downsampling(3, {1, 4, 4}); }, "must divide both");
}

TEST(Decolorize, IsTheLuma) {
  const Tensor x = at::tensor({0.5, 0.25, 1.0}, at::kDouble).view({1, 3, 1, 1});
  EXPECT_NEAR(Decolorize({3, 1, 1}).apply(x).item<double>(), 0.299 * 0.5 + 0.587 * 0.25 + 0.114, 1e-15);
  expect_error([] { Decolorize({1, 4, 4}); }, "three channels");
}

/// sum over the kernel of k(i, j) x(r - i, c - j), by its definition.
Tensor blurred(const Tensor& x, const Tensor& kernel, Boundary boundary) {
  const int64_t height = x.size(0);
  const int64_t width = x.size(1);
  const auto inside = [&](int64_t i, int64_t n) {
    if (boundary == Boundary::circular) return (i % n + n) % n;
    return i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i;
  };
  Tensor out = at::zeros_like(x);
  for (int64_t r = 0; r < height; ++r) {
    for (int64_t c = 0; c < width; ++c) {
      for (int64_t i = 0; i < kernel.size(0); ++i) {
        for (int64_t j = 0; j < kernel.size(1); ++j) {
          const int64_t row = inside(r - (i - kernel.size(0) / 2), height);
          const int64_t column = inside(c - (j - kernel.size(1) / 2), width);
          out[r][c] += kernel[i][j] * x[row][column];
        }
      }
    }
  }
  return out;
}

TEST(Blur, IsAConvolution) {
  const Tensor x = random_batch(4, {1, 7, 6}, 1);
  const Tensor narrow = gaussian_kernel(0.6);
  EXPECT_EQ(narrow.sizes(), at::IntArrayRef({5, 5}));
  expect_close(Blur(narrow, Boundary::reflect, {1, 7, 6}).apply(x)[0][0], blurred(x[0][0], narrow, Boundary::reflect),
               1e-12);
  const Tensor crooked = crooked_kernel();
  expect_close(Blur(crooked, Boundary::circular, {1, 7, 6}).apply(x)[0][0],
               blurred(x[0][0], crooked, Boundary::circular), 1e-12);
}

// A wide Gaussian loses frequencies below the floor: y changes by at most that much.
TEST(Blur, TheFloorChangesLittle) {
  const Tensor x = random_batch(4, {1, 16, 16}, 1);
  const Tensor kernel = gaussian_kernel(2);
  const Tensor change =
      Blur(kernel, Boundary::reflect, {1, 16, 16}).apply(x)[0][0] - blurred(x[0][0], kernel, Boundary::reflect);
  EXPECT_GT(change.norm().item<double>(), 0);
  EXPECT_LE(change.norm().item<double>(), Blur::kFloor * x.norm().item<double>());
  expect_error([] { Blur(crooked_kernel(), Boundary::reflect, {1, 9, 9}); }, "not symmetric");
  expect_error([] { Blur(at::ones({4, 4}), Boundary::circular, {1, 9, 9}); }, "odd sizes");
  expect_error([] { gaussian_kernel(0); }, "width 0");
  expect_error([] { box_kernel(4); }, "a box of 4 pixels");
}

TEST(Cosine, IsOrthonormal) {
  for (int64_t n : {1, 2, 7, 28}) {
    const Tensor c = cosine_matrix(n);
    expect_close(c.mm(c.t()), at::eye(n, at::kDouble), 1e-13);
  }
}

TEST(CompressedSensing, ItsRowsAreOrthonormalAndDependOnTheSeed) {
  const CompressedSensing a(0.5, 3, {2, 4, 6});
  EXPECT_EQ(a.range(), Shape({1, 1, 24}));
  const Tensor y = random_batch(2, a.range());
  expect_close(a.apply(a.adjoint(y)), y, 1e-13);
  const Tensor x = random_batch(1, {2, 4, 6});
  EXPECT_FALSE(at::allclose(a.apply(x), CompressedSensing(0.5, 4, {2, 4, 6}).apply(x)));
  EXPECT_TRUE(at::equal(a.apply(x), CompressedSensing(0.5, 3, {2, 4, 6}).apply(x)));
  // Each row sees every pixel: no element of A' e_k is 0.
  EXPECT_GT(a.adjoint(at::eye(24, at::kDouble).view({24, 1, 1, 24})).abs().amax({2, 3}).max().item<double>(), 0.1);
  expect_error([] { CompressedSensing(0, 1, {1, 2, 2}); }, "a fraction of 0");
}

TEST(Framed, MeasuresTheMiddle) {
  const Framed a(std::make_shared<Identity>(Shape{1, 2, 2}), {1, 5, 4});
  const Tensor x = at::arange(20, at::kDouble).view({1, 1, 5, 4});
  expect_close(a.apply(x), at::tensor({5.0, 6.0, 9.0, 10.0}, at::kDouble).view({1, 1, 2, 2}), 0);
  EXPECT_TRUE(at::equal(a.crop(a.pad(a.apply(x))), a.apply(x)));
  expect_error([] { Framed(std::make_shared<Identity>(Shape{1, 4, 4}), {1, 4, 3}); }, "no more pixels");
}

TEST(Masks, AreOneWhereMeasured) {
  EXPECT_EQ(half_mask(ImageSide::right, 2, 5).sum().item<double>(), 4);
  EXPECT_EQ(half_mask(ImageSide::right, 2, 5)[0][0][2].item<double>(), 0);
  EXPECT_EQ(half_mask(ImageSide::left, 2, 5)[0][0][1].item<double>(), 0);
  EXPECT_EQ(half_mask(ImageSide::left, 2, 5)[0][0][2].item<double>(), 1);
  const Tensor box = box_mask(0.5, 4, 6);
  EXPECT_EQ(box.sum().item<double>(), 24 - 6);
  EXPECT_EQ(box[0][1][2].item<double>(), 0);
  EXPECT_EQ(box[0][0][2].item<double>(), 1);
  const Tensor random = random_mask(0.1, 3, 28, 28);
  EXPECT_EQ(random.sum().item<double>(), 78);
  EXPECT_TRUE(at::equal(random, random_mask(0.1, 3, 28, 28)));
  EXPECT_FALSE(at::equal(random, random_mask(0.1, 4, 28, 28)));
  const Tensor drawn = at::tensor({0, 127, 128, 255}).to(at::kByte).view({1, 2, 2});
  expect_close(image_mask(drawn), at::tensor({0.0, 0.0, 1.0, 1.0}).view({1, 2, 2}), 0);
  expect_error([] { box_mask(1, 4, 4); }, "the fraction is 1");
  expect_error([] { random_mask(0, 1, 4, 4); }, "a fraction of 0");
}

}  // namespace
}  // namespace mdsm
