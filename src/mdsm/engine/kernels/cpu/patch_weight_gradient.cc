#include <ATen/Parallel.h>

#include <algorithm>

#include "mdsm/engine/kernels/cpu/direct_weight_gradient.h"
#include "mdsm/engine/kernels/cpu/split.h"

namespace mdsm::kernels {
namespace {

constexpr int64_t kKernel = 3;

/// One thread's planes, one at a time: x with a border of zeros, the adjoint block by block.
void sum_planes(const PlanesPair& planes, const ConvPair& shape, const CorrelationKernel& kernel, Range range,
                float* sums) {
  const int64_t channels = shape.x.size(1), outputs = shape.y_bar.size(1);
  const int64_t height = shape.x.size(2), width = shape.x.size(3), pixels = height * width;
  const int64_t blocks = (outputs + kChannelsY - 1) / kChannelsY;
  const int64_t pitch = (width + 2) * channels, run = kKernel * channels;
  // Rows are packed in whole groups of kChannelsY cells: the excess of a row lands in the next, which is packed later.
  const Tensor x_cells = at::empty({(height + 2) * pitch + kChannelsY}, at::kInt);
  const Tensor y_cells = at::empty({blocks * pixels * kChannelsY}, at::kInt);
  Cell* x = reinterpret_cast<Cell*>(x_cells.mutable_data_ptr<int>());
  Cell* y = reinterpret_cast<Cell*>(y_cells.mutable_data_ptr<int>());
  std::fill(x, x + x_cells.numel(), Cell{0});
  for (int64_t plane = range.begin; plane < range.end; ++plane) {
    for (int64_t h = 0; h < height; ++h) {
      Cell* row = x + (h + 1) * pitch + channels;
      planes.x.pack_plain(plane, h * width, width, row);
      std::fill(row + width * channels, row + width * channels + 2 * channels, Cell{0});
    }
    std::fill(x + (height + 1) * pitch, x + x_cells.numel(), Cell{0});
    planes.y.pack_pixels(plane, 0,
                         {.a = nullptr,
                          .b = nullptr,
                          .pixels = pixels,
                          .step = outputs,
                          .channels = outputs,
                          .width = kChannelsY,
                          .cells = y,
                          .block_stride = pixels * kChannelsY});
    for (int64_t block = 0; block < blocks; ++block) {
      kernel.correlate_patches({.x = x,
                                .y = y + block * pixels * kChannelsY,
                                .sums = sums + block * kKernel * run * kChannelsY,
                                .planes = 1,
                                .rows = height,
                                .columns = width,
                                .x_plane = 0,
                                .x_row = pitch,
                                .x_step = channels,
                                .y_plane = 0,
                                .y_row = width * kChannelsY,
                                .run = static_cast<int>(run)});
    }
  }
}

}  // namespace

void patch_weight_gradient(std::span<const ConvPair> pairs, Packing packing, const Tensor& out) {
  const PlanesPair planes = planes_of(pairs, packing);
  const CorrelationKernel kernel = kernel_for(packing);
  const int64_t channels = out.size(1), outputs = out.size(0);
  const int64_t ways = std::clamp<int64_t>(at::get_num_threads(), 1, std::max<int64_t>(planes.x.count(), 1));
  const int64_t padded = (outputs + kChannelsY - 1) / kChannelsY * kChannelsY;
  const Tensor sums = at::zeros({ways, padded / kChannelsY, kKernel, kKernel, channels, kChannelsY}, at::kFloat);
  const int64_t copy = sums[0].numel();
  at::parallel_for(0, ways, 1, [&](int64_t begin, int64_t end) {
    for (int64_t way = begin; way < end; ++way) {
      sum_planes(planes, pairs[0], kernel, part_of(planes.x.count(), way, ways),
                 sums.mutable_data_ptr<float>() + way * copy);
    }
  });
  // (block, i, j, c, lane) -> (block lane, c, i, j)
  out.add_(sums.sum(0).permute({0, 4, 3, 1, 2}).reshape({padded, channels, kKernel, kKernel}).narrow(0, 0, outputs));
}

}  // namespace mdsm::kernels
