#include <gtest/gtest.h>

#include <bit>

#include "mdsm/engine/kernels/cpu/correlate.h"
#include "support/expect_close.h"
#include "support/seeded_test.h"

namespace mdsm::kernels {
namespace {

using ConvKernelCorrelate = testing::SeededTest;

/// Random cells with the values they hold: (pixels..., images), one image for float32, two for bfloat16.
struct Cells {
  at::Tensor packed;  ///< int32
  at::Tensor values;  ///< float64

  Cells(int64_t count, bool couples) {
    const at::Tensor source = at::randn({count, couples ? 2 : 1}).to(couples ? at::kBFloat16 : at::kFloat);
    packed = source.view(at::kInt).flatten();
    values = source.to(at::kDouble);
  }
  const Cell* data() const { return reinterpret_cast<const Cell*>(packed.const_data_ptr<int>()); }
  /// The product of x cell i and y cell j.
  static double product(const Cells& x, int64_t i, const Cells& y, int64_t j) {
    const int64_t images = x.values.size(1);
    double sum = 0;
    for (int64_t image = 0; image < images; ++image) {
      sum +=
          x.values.const_data_ptr<double>()[i * images + image] * y.values.const_data_ptr<double>()[j * images + image];
    }
    return sum;
  }
};

// Sums are float32 of 30 products of order one: 1e-5 of the largest is far above their rounding.
constexpr double kTolerance = 1e-5;
constexpr int64_t kPlanes = 2, kRows = 3, kColumns = 5;

TEST_F(ConvKernelCorrelate, EveryVectorSetMatchesTheDefinition) {
  for (const CorrelationKernel& kernel : all_kernels()) {
    for (const auto& [taps, blocks] : {std::pair{1, 1}, {2, 1}, {3, 1}, {1, 2}}) {
      const int64_t x_row = kColumns * kChannelsX, x_plane = kRows * x_row;
      const int64_t y_row = (kColumns + 2) * kChannelsY, y_plane = kRows * y_row, y_block = kPlanes * y_plane;
      const Cells x(kPlanes * x_plane, kernel.couples), y(2 * y_block, kernel.couples);
      const int64_t sums_block = kChannelsX * taps * kChannelsY, origin = 2 * kChannelsY;
      at::Tensor sums = at::ones({2 * sums_block});
      kernel.correlate({x.data(), y.data() + origin, sums.mutable_data_ptr<float>(), kPlanes, kRows, kColumns, x_plane,
                        x_row, y_plane, y_row, taps, blocks, y_block, sums_block});
      const at::Tensor expected = at::ones({2 * sums_block}, at::kDouble);
      double* at_sum = expected.mutable_data_ptr<double>();
      for (int64_t b = 0; b < blocks; ++b) {
        for (int64_t s = 0; s < sums_block; ++s) {
          const int64_t k = s % kChannelsY, t = s / kChannelsY % taps, c = s / kChannelsY / taps;
          for (int64_t p = 0; p < kPlanes * kRows * kColumns; ++p) {
            const int64_t u = p % kColumns, r = p / kColumns % kRows, n = p / kColumns / kRows;
            at_sum[b * sums_block + s] +=
                Cells::product(x, n * x_plane + r * x_row + u * kChannelsX + c, y,
                               origin + b * y_block + n * y_plane + r * y_row + (u - t) * kChannelsY + k);
          }
        }
      }
      testing::expect_close(sums, expected, kTolerance, kernel.name);
    }
  }
}

TEST_F(ConvKernelCorrelate, EveryVectorSetReadsPatches) {
  for (const CorrelationKernel& kernel : all_kernels()) {
    for (const int64_t channels : {1, 2, 3}) {
      const int64_t run = 3 * channels, x_row = (kColumns + 2) * channels, x_plane = (kRows + 2) * x_row;
      const int64_t y_row = kColumns * kChannelsY, y_plane = kRows * y_row;
      const Cells x(kPlanes * x_plane, kernel.couples), y(kPlanes * y_plane, kernel.couples);
      at::Tensor sums = at::ones({3 * run * kChannelsY});
      kernel.correlate_patches({x.data(), y.data(), sums.mutable_data_ptr<float>(), kPlanes, kRows, kColumns, x_plane,
                                x_row, channels, y_plane, y_row, static_cast<int>(run)});
      const at::Tensor expected = at::ones({3 * run * kChannelsY}, at::kDouble);
      for (int64_t s = 0; s < expected.numel(); ++s) {
        const int64_t k = s % kChannelsY, q = s / kChannelsY % run, i = s / kChannelsY / run;
        for (int64_t p = 0; p < kPlanes * kRows * kColumns; ++p) {
          const int64_t u = p % kColumns, r = p / kColumns % kRows, n = p / kColumns / kRows;
          expected.mutable_data_ptr<double>()[s] += Cells::product(x, n * x_plane + (r + i) * x_row + u * channels + q,
                                                                   y, n * y_plane + r * y_row + u * kChannelsY + k);
        }
      }
      testing::expect_close(sums, expected, kTolerance, kernel.name);
    }
  }
}

}  // namespace
}  // namespace mdsm::kernels
