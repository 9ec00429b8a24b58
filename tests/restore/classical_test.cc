#include "mdsm/restore/classical.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "mdsm/restore/differences.h"
#include "mdsm/restore/masks.h"
#include "mdsm/restore/operators.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

Tensor random_batch(const Shape& shape, int64_t count = 2) {
  return RandomRows::slots(1, Stream::data, 0, count).normal(0, shape, at::kDouble);
}

TEST(Differences, TheAdjointIsTheAdjoint) {
  for (int64_t axis : {2, 3}) {
    const Tensor x = random_batch({1, 4, 5});
    const Tensor p = random_batch({1, 4, 5}).flip({2, 3});
    expect_close(sum_per_datum(forward_difference(x, axis) * p), sum_per_datum(x * difference_adjoint(p, axis)), 1e-13);
  }
}

// Between two known columns the harmonic function that does not depend on the row is the straight line; beyond the
// last one it is constant, as the border reflects.
TEST(HarmonicFill, IsLinearBetweenColumnsAndConstantBeyond) {
  Tensor mask = at::zeros({1, 6, 9});
  mask.select(2, 1).fill_(1);
  mask.select(2, 5).fill_(1);
  const Tensor columns = at::tensor({1.0, 1.0, 1.5, 2.0, 2.5, 3.0, 3.0, 3.0, 3.0}, at::kDouble);
  const Tensor expected = columns.expand({2, 1, 6, 9}) * at::tensor({1.0, -2.0}, at::kDouble).view({2, 1, 1, 1});
  expect_close(harmonic_fill(expected * mask, mask), expected, 1e-7);
}

TEST(HarmonicFill, MissingPixelsAreTheMeanOfTheirNeighbours) {
  const Tensor image = random_batch({1, 8, 8});
  const Tensor mask = random_mask(0.2, 1, 8, 8);
  const Tensor x = harmonic_fill(image, mask);
  EXPECT_TRUE(at::equal(x * mask, (image * mask).to(at::kDouble)));
  const Tensor laplacian =
      difference_adjoint(forward_difference(x, 2), 2) + difference_adjoint(forward_difference(x, 3), 3);
  EXPECT_LE((laplacian * (1 - mask)).abs().max().item<double>(), 1e-6);
  EXPECT_TRUE(at::equal(harmonic_fill(image, at::zeros({1, 8, 8})), at::zeros_like(image)));
}

// Of all images that agree with the measurement, a constant one has no variation at all.
TEST(TotalVariation, FindsTheConstant) {
  const auto a = std::make_shared<Inpainting>(random_mask(0.2, 2, 8, 8), Shape{1, 8, 8});
  const Tensor truth = at::full({2, 1, 8, 8}, 0.7, at::kDouble);
  const Measurement measurement(a, a->apply(truth), 0);
  expect_close(total_variation(measurement, 3000), truth, 1e-4);
}

// The constraint A x = y is met in the limit; a blur's weak frequencies come last.
TEST(TotalVariation, AgreesWithEveryMeasurement) {
  const Shape shape{3, 8, 8};
  const std::vector<std::shared_ptr<const LinearOperator>> operators{
      std::make_shared<Downsampling>(4, shape), std::make_shared<CompressedSensing>(0.3, 1, shape),
      std::make_shared<Decolorize>(shape), std::make_shared<Blur>(gaussian_kernel(0.7), Boundary::reflect, shape)};
  const Tensor truth = random_batch(shape);
  for (const auto& a : operators) {
    SCOPED_TRACE(a->name());
    const Measurement measurement(a, a->apply(truth), 0);
    expect_close(a->apply(total_variation(measurement, 2000)), measurement.y(), a->name() == "blur" ? 3e-2 : 5e-3);
  }
}

// With noise, the answer is on the sphere of radius sigma sqrt(M) around y, and smoother than y.
TEST(TotalVariation, RemovesAsMuchAsTheNoise) {
  const auto a = std::make_shared<Identity>(Shape{1, 16, 16});
  const Measurement measurement(a, random_batch({1, 16, 16}) * 0.2 + 0.5, 0.1);
  const Tensor removed = total_variation(measurement, 2000) - measurement.y();
  expect_close(sum_per_datum(removed.square()).sqrt(), at::full({2}, 0.1 * 16, at::kDouble), 1e-3);
}

// A constant stays one; a ramp nearly does (the kernel's parameter is -3/4), with half-pixel centres.
TEST(Bicubic, KeepsConstantsAndNearlyRamps) {
  const Tensor ramp = at::arange(8, at::kDouble).view({1, 1, 1, 8}).expand({1, 1, 8, 8}).contiguous();
  const Tensor expected = (at::arange(32, at::kDouble) + 0.5) / 4 - 0.5;
  expect_close(bicubic(ramp, {1, 32, 32})[0][0][16].slice(0, 8, 24), expected.slice(0, 8, 24), 1e-2);
  const Tensor constant = at::full({1, 1, 8, 8}, 0.3, at::kDouble);
  expect_close(bicubic(constant, {1, 32, 32}), at::full({1, 1, 32, 32}, 0.3, at::kDouble), 1e-12);
  expect_error([&] { bicubic(ramp, {3, 32, 32}); }, "the same channels");
}

TEST(Baseline, FitsTheTask) {
  const Shape grey{1, 4, 4};
  const Tensor x = at::zeros({1, 1, 4, 4});
  const auto with = [&](std::shared_ptr<const LinearOperator> a, double sigma) {
    const Tensor y = a->apply(at::zeros(batch_shape(1, a->domain())));
    return Measurement(std::move(a), y, sigma);
  };
  const auto half = std::make_shared<Inpainting>(half_mask(ImageSide::left, 4, 4), grey);
  EXPECT_EQ(resolved_baseline("auto", with(half, 0)), "harmonic");
  EXPECT_EQ(resolved_baseline("auto", with(half, 0.1)), "tv");
  EXPECT_EQ(resolved_baseline("auto", with(std::make_shared<Downsampling>(2, grey), 0)), "bicubic");
  EXPECT_EQ(resolved_baseline("auto", with(std::make_shared<Decolorize>(Shape{3, 4, 4}), 0)), "grey");
  EXPECT_EQ(resolved_baseline("auto", with(std::make_shared<Identity>(grey), 0.1)), "tv");
  expect_error([&] { resolved_baseline("bicubic", with(half, 0)); }, "Take tv");
  expect_error([&] { resolved_baseline("harmnic", with(half, 0)); }, "Did you mean 'harmonic'");
}

}  // namespace
}  // namespace mdsm
