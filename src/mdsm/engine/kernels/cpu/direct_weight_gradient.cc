#include "mdsm/engine/kernels/cpu/direct_weight_gradient.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "mdsm/engine/kernels/cpu/direct_plan.h"
#include "mdsm/engine/kernels/cpu/split.h"

namespace mdsm::kernels {
namespace {

/// Pixels of a register sweep: its cells (kChannelsX + kChannelsY a pixel) stay in the first-level cache.
constexpr int64_t kSweepPixels = 320;
/// Cells of a packed tile, which stays in the second-level cache, and the fewest pixels that pay for fetching the sums.
constexpr int64_t kTileCells = 128 * 1024;
constexpr int64_t kTilePixels = 512;

int64_t ceil_divide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Sizes and strides, in cells, of everything that a gradient needs.
struct Layout {
  DirectPlan plan;
  int64_t channels, outputs, x_blocks, y_blocks, planes;
  int64_t tile;        ///< planes of a tile
  int64_t x_plane;     ///< cells of a plane of one channel block, all phases
  int64_t y_plane;     ///< the same of the adjoint, padded
  int64_t sums_block;  ///< sums of one pair of channel blocks

  Layout(const ConvGeometry& geometry, const Tensor& x, const Tensor& y_bar, int64_t planes_)
      : plan(geometry, x.size(2), x.size(3)),
        channels(x.size(1)),
        outputs(y_bar.size(1)),
        x_blocks(ceil_divide(channels, kChannelsX)),
        y_blocks(ceil_divide(outputs, kChannelsY)),
        planes(planes_),
        x_plane(plan.height * plan.width * kChannelsX),
        y_plane(plan.out_height * plan.pitch() * kChannelsY),
        sums_block(geometry.kernel * geometry.kernel * kChannelsX * kChannelsY) {
    const int64_t cells = x_blocks * x_plane + y_blocks * y_plane;
    const int64_t fewest = ceil_divide(kTilePixels, plan.out_height * plan.out_width);
    tile = std::clamp<int64_t>(std::max(kTileCells / cells, fewest), 1, std::max<int64_t>(planes, 1));
  }

  int64_t sums() const { return x_blocks * y_blocks * sums_block; }
  /// Where a phase of a plane begins.
  int64_t phase_start(int64_t row_phase, int64_t column_phase) const {
    int64_t rows = 0, columns = 0;
    for (int64_t p = 0; p < row_phase; ++p) rows += plan.samples(plan.height, p);
    for (int64_t p = 0; p < column_phase; ++p) columns += plan.samples(plan.width, p);
    return (rows * plan.width + plan.samples(plan.height, row_phase) * columns) * kChannelsX;
  }
};

/// One thread's part: a range of planes and a range of output channel blocks, tile by tile.
class Worker {
 public:
  Worker(const Layout& layout, const CorrelationKernel& kernel, float* sums)
      : at_(layout),
        kernel_(kernel),
        sums_(sums),
        x_cells_(at::empty({layout.tile * layout.x_blocks * layout.x_plane}, at::kInt)),
        x_(reinterpret_cast<Cell*>(x_cells_.mutable_data_ptr<int>())) {}

  void run(const Planes& x, const Planes& y, Range planes, Range blocks) {
    y_cells_ = at::zeros({at_.tile * blocks.size() * at_.y_plane}, at::kInt);  // zero columns are never written
    y_ = reinterpret_cast<Cell*>(y_cells_.mutable_data_ptr<int>());
    for (int64_t plane = planes.begin; plane < planes.end; plane += at_.tile) {
      const int64_t count = std::min(at_.tile, planes.end - plane);
      for (int64_t n = 0; n < count; ++n) {
        pack_x(x, plane + n, n);
        pack_y(y, plane + n, n, blocks);
      }
      const int64_t step = at_.plan.single_taps() ? 2 : 1;
      for (int64_t b = blocks.begin; b < blocks.end; b += step) {
        for (int64_t c = 0; c < at_.x_blocks; ++c)
          sweep_tile(c, b, b - blocks.begin, static_cast<int>(std::min(step, blocks.end - b)), count);
      }
    }
  }

 private:
  void pack_x(const Planes& x, int64_t plane, int64_t slot) const {
    const DirectPlan& plan = at_.plan;
    const int64_t stride = plan.geometry.stride;
    for (int64_t h = 0; h < plan.height; ++h) {
      for (int64_t phase = 0; phase < std::min(stride, plan.width); ++phase) {
        const int64_t pixels = plan.samples(plan.width, phase);
        Cell* cells = x_ + slot * at_.x_plane + at_.phase_start(h % stride, phase) + h / stride * pixels * kChannelsX;
        x.pack_pixels(plane, h * plan.width + phase,
                      {.a = nullptr,
                       .b = nullptr,
                       .pixels = pixels,
                       .step = stride * at_.channels,
                       .channels = at_.channels,
                       .width = kChannelsX,
                       .cells = cells,
                       .block_stride = at_.tile * at_.x_plane});
      }
    }
  }

  void pack_y(const Planes& y, int64_t plane, int64_t slot, Range blocks) const {
    const DirectPlan& plan = at_.plan;
    const int64_t first = blocks.begin * kChannelsY;
    for (int64_t h = 0; h < plan.out_height; ++h) {
      Cell* cells = y_ + slot * at_.y_plane + (h * plan.pitch() + plan.left_pad) * kChannelsY;
      y.pack_pixels(plane, h * plan.out_width,
                    {.a = nullptr,
                     .b = nullptr,
                     .pixels = plan.out_width,
                     .step = at_.outputs,
                     .channels = std::min(at_.outputs, blocks.end * kChannelsY) - first,
                     .width = kChannelsY,
                     .cells = cells,
                     .block_stride = at_.tile * at_.y_plane},
                    first);
    }
  }

  /// All taps of one pair of channel blocks over the tile, a first-level cache's worth of pixels at a time.
  void sweep_tile(int64_t c, int64_t block, int64_t local, int blocks, int64_t planes) const {
    const int64_t rows = at_.plan.out_height, pixels = rows * at_.plan.out_width;
    const int64_t band = pixels > kSweepPixels ? std::max<int64_t>(1, kSweepPixels / at_.plan.out_width) : rows;
    const int64_t group = std::max<int64_t>(1, kSweepPixels / pixels);
    for (int64_t n = 0; n < planes; n += group) {
      for (int64_t h = 0; h < rows; h += band)
        sweep_band(c, block, local, blocks, {n, std::min(n + group, planes)}, {h, std::min(h + band, rows)});
    }
  }

  void sweep_band(int64_t c, int64_t block, int64_t local, int blocks, Range planes, Range rows) const {
    const DirectPlan& plan = at_.plan;
    const Cell* x = x_ + (c * at_.tile + planes.begin) * at_.x_plane;
    const Cell* y = y_ + (local * at_.tile + planes.begin) * at_.y_plane;
    float* sums = sums_ + (block * at_.x_blocks + c) * at_.sums_block;
    for (const PhaseTap& tap : plan.row_taps) {
      const int64_t begin = std::max(rows.begin, -tap.offset);
      const int64_t end = std::min(rows.end, plan.samples(plan.height, tap.phase) - tap.offset);
      for (const ColumnGroup& g : plan.groups) {
        if (begin >= end) continue;
        const int64_t columns = plan.samples(plan.width, g.phase);
        kernel_.correlate({.x = x + at_.phase_start(tap.phase, g.phase) + (begin + tap.offset) * columns * kChannelsX,
                           .y = y + (begin * plan.pitch() + plan.left_pad - g.offset) * kChannelsY,
                           .sums = sums + g.before * kChannelsX * kChannelsY,
                           .planes = planes.size(),
                           .rows = end - begin,
                           .columns = columns,
                           .x_plane = at_.x_plane,
                           .x_row = columns * kChannelsX,
                           .y_plane = at_.y_plane,
                           .y_row = plan.pitch() * kChannelsY,
                           .taps = g.taps,
                           .blocks = blocks,
                           .y_block = at_.tile * at_.y_plane,
                           .sums_block = at_.x_blocks * at_.sums_block});
      }
      sums += plan.geometry.kernel * kChannelsX * kChannelsY;
    }
  }

  const Layout& at_;
  const CorrelationKernel& kernel_;
  float* sums_;
  Tensor x_cells_, y_cells_;
  Cell* x_;
  Cell* y_ = nullptr;
};

/// Adds the sums of all copies, laid out as the register blocks left them, to one block of output channels: in the
/// order of the weights, which are the larger of the two.
void add_block(const Layout& at, const float* sums, int64_t copies, int64_t block, const Tensor& out) {
  auto weights = out.accessor<float, 4>();
  const int64_t kernel = at.plan.geometry.kernel, stride = at.plan.geometry.stride;
  const int64_t lanes = std::min(kChannelsY, at.outputs - block * kChannelsY);
  for (int64_t k = 0; k < lanes; ++k) {
    auto filter = weights[block * kChannelsY + k];
    for (int64_t c = 0; c < at.channels; ++c) {
      const float* pair = sums + (block * at.x_blocks + c / kChannelsX) * at.sums_block + k;
      for (int64_t i = 0; i < kernel; ++i) {
        for (const ColumnGroup& g : at.plan.groups) {
          for (int t = 0; t < g.taps; ++t) {
            const int64_t tap = (i * kernel + g.before) * kChannelsX + c % kChannelsX * g.taps + t;
            float total = 0;
            for (int64_t copy = 0; copy < copies; ++copy) total += pair[copy * at.sums() + tap * kChannelsY];
            filter[c][i][g.first + t * stride] += total;
          }
        }
      }
    }
  }
}

}  // namespace

void direct_weight_gradient(std::span<const ConvPair> pairs, const ConvGeometry& geometry, Packing packing,
                            const Tensor& out) {
  const auto [x, y] = planes_of(pairs, packing);
  const CorrelationKernel kernel = kernel_for(packing);
  const Layout layout(geometry, pairs[0].x, pairs[0].y_bar, x.count());
  // Where weights are many, threads share one set of sums and split the output channels; the input is then packed once
  // a thread, which costs 1/K of the arithmetic. Otherwise they split the planes and each has sums of its own.
  const Split split(at::get_num_threads(), layout.planes, layout.y_blocks,
                    layout.channels * layout.outputs >= 128 * 128 ? Prefer::blocks : Prefer::planes);
  const Tensor sums = at::empty({split.plane_ways * layout.sums()}, at::kFloat);
  float* data = sums.mutable_data_ptr<float>();
  at::parallel_for(0, split.ways(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t way = begin; way < end; ++way) {
      const Range blocks = split.blocks(way);
      float* mine = data + way / split.block_ways * layout.sums();
      const int64_t block = layout.x_blocks * layout.sums_block;
      std::fill(mine + blocks.begin * block, mine + blocks.end * block, 0.0f);
      Worker(layout, kernel, mine).run(x, y, split.planes(way), blocks);
    }
  });
  at::parallel_for(0, layout.y_blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) add_block(layout, data, split.plane_ways, block, out);
  });
}

}  // namespace mdsm::kernels
