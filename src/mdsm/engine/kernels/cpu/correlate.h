#pragma once

#include <cstdint>
#include <vector>

/// Before a loop of constant length whose arrays must become registers.
#if defined(__clang__)
#define MDSM_UNROLL _Pragma("unroll")
#else
#define MDSM_UNROLL _Pragma("GCC unroll 32")
#endif

namespace mdsm::kernels {

/// What one multiply-add reads from a packed plane: 4 bytes, either one float32, or two bfloat16 of the same pixel and
/// channel in two different images. A product of two cells is therefore the sum over both images, which is what the
/// processor's bfloat16 dot product computes, and no pixel ever needs a neighbour to pair with.
using Cell = uint32_t;

/// Input channels and output channels of a block of packed cells.
inline constexpr int64_t kChannelsX = 8;
inline constexpr int64_t kChannelsY = 16;
/// Longest run of adjacent column taps that one call takes.
inline constexpr int kMaxTaps = 3;

/// One register block of a weight gradient: sums over pixels of x cells times y cells,
///
///     sums[c][t][k] += sum over planes n < planes, rows r < rows, columns u < columns of
///                      x[n x_plane + r x_row + u kChannelsX + c] * y[n y_plane + r y_row + (u - t) kChannelsY + k]
///
/// for c < kChannelsX, t < taps, k < kChannelsY. With `blocks` == 2 (taps == 1 only) a second block of output channels,
/// y + y_block, is summed into sums + sums_block in the same sweep. Strides count cells, those of sums floats.
struct Correlation {
  const Cell* x;
  const Cell* y;
  float* sums;
  int64_t planes, rows, columns;
  int64_t x_plane, x_row, y_plane, y_row;
  int taps, blocks;
  int64_t y_block, sums_block;
};

/// The same for few input channels, whose patches are read in place: cells x[... + i x_row + q] of a padded plane,
/// q < run = kernel width * channels, are the patch of a pixel.
///
///     sums[i][q][k] += sum over n, r, u of x[n x_plane + (r + i) x_row + u x_step + q] * y[n y_plane + r y_row + u
///     kChannelsY + k]
///
/// for i < 3, q < run (3, 6 or 9), k < kChannelsY.
struct PatchCorrelation {
  const Cell* x;
  const Cell* y;
  float* sums;
  int64_t planes, rows, columns;
  int64_t x_plane, x_row, x_step, y_plane, y_row;
  int run;
};

/// The processor's instructions for one kind of cell.
struct CorrelationKernel {
  const char* name;
  bool couples;  ///< whether a cell is a couple of bfloat16
  void (*correlate)(const Correlation&);
  void (*correlate_patches)(const PatchCorrelation&);
};

/// float32 cells: Highway, for the best target of this processor.
CorrelationKernel float_kernel();
/// bfloat16 cells: AVX-512 BF16. \pre has_bfloat16_kernel()
CorrelationKernel bfloat16_kernel();
bool has_bfloat16_kernel();

/// Every kernel that this processor can run, one for each of its vector sets: what the tests compare.
std::vector<CorrelationKernel> all_kernels();

}  // namespace mdsm::kernels
