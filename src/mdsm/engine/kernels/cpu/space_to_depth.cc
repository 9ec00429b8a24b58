#include "mdsm/engine/kernels/cpu/space_to_depth.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>

namespace mdsm::kernels {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

/// Where two images of one kind of pixel agree: rows 2 r - 1 and 2 r of an image are the halves of a row r of squares,
/// and in each half the two pixels of a square lie end to end, as they do in the image. Offsets are in bytes.
struct HalfRow {
  int64_t image;   ///< the image row, or -1 in the border above and below
  int64_t square;  ///< this half of the first square of the row
  int64_t pixel;   ///< size of a pixel
};

/// The part of an image row that lies in one square: pixels begin .. end - 1, 2 of them but for the border's squares,
/// the first being pixel `skip` of the half.
struct Overlap {
  int64_t begin, end, skip;
  Overlap(int64_t square, int64_t width)
      : begin(std::max<int64_t>(2 * square - 1, 0)),
        end(std::min(2 * square + 1, width)),
        skip(begin - 2 * square + 1) {}
};

/// Calls `work` for both halves of every row of squares of the images x (B, C, H, W), in parallel.
template <class Work> void for_each_half_row(const Tensor& x, const Work& work) {
  const int64_t height = x.size(2), pixel = x.size(1) * x.element_size();
  const int64_t rows = height / 2 + 1, columns = x.size(3) / 2 + 1;
  at::parallel_for(0, x.size(0) * rows, 8, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      for (int64_t half = 0; half < 2; ++half) {
        const int64_t h = 2 * (i % rows) + half - 1;
        const bool inside = h >= 0 && h < height;
        work(HalfRow{inside ? (i / rows * height + h) * x.size(3) * pixel : -1, (i * columns * 2 + half) * 2 * pixel,
                     pixel});
      }
    }
  });
}

size_t bytes(int64_t count) { return static_cast<size_t>(count); }

}  // namespace

bool has_space_to_depth(const ConvGeometry& geometry, int64_t height, int64_t width) {
  return geometry == ConvGeometry{.kernel = 4, .stride = 2, .padding = 1} && height % 2 == 0 && width % 2 == 0;
}

Tensor space_to_depth(const Tensor& x_in) {
  const Tensor x = x_in.contiguous(kChannelsLast);
  const int64_t width = x.size(3), columns = width / 2 + 1;
  const Tensor squares = at::empty({x.size(0), 4 * x.size(1), x.size(2) / 2 + 1, columns}, x.options(), kChannelsLast);
  const auto* source = static_cast<const std::byte*>(x.const_data_ptr());
  auto* target = static_cast<std::byte*>(squares.mutable_data_ptr());
  for_each_half_row(x, [&](const HalfRow& row) {
    std::byte* half = target + row.square;
    for (int64_t u = 0; u < columns; ++u, half += 4 * row.pixel) {
      const Overlap part(u, width);
      if (row.image < 0 || part.end - part.begin < 2) std::memset(half, 0, bytes(2 * row.pixel));
      if (row.image < 0) continue;
      std::memcpy(half + part.skip * row.pixel, source + row.image + part.begin * row.pixel,
                  bytes((part.end - part.begin) * row.pixel));
    }
  });
  return squares;
}

Tensor depth_to_space(const Tensor& squares_in) {
  const Tensor squares = squares_in.contiguous(kChannelsLast);
  const int64_t columns = squares.size(3), width = 2 * columns - 2;
  const Tensor x = at::empty({squares.size(0), squares.size(1) / 4, 2 * squares.size(2) - 2, width}, squares.options(),
                             kChannelsLast);
  const auto* source = static_cast<const std::byte*>(squares.const_data_ptr());
  auto* target = static_cast<std::byte*>(x.mutable_data_ptr());
  for_each_half_row(x, [&](const HalfRow& row) {
    if (row.image < 0) return;
    const std::byte* half = source + row.square;
    for (int64_t u = 0; u < columns; ++u, half += 4 * row.pixel) {
      const Overlap part(u, width);
      std::memcpy(target + row.image + part.begin * row.pixel, half + part.skip * row.pixel,
                  bytes((part.end - part.begin) * row.pixel));
    }
  });
  return x;
}

Tensor fold_weight(const Tensor& weight) {
  const int64_t outputs = weight.size(0), channels = weight.size(1);
  // Row 2 a + pi of the kernel is row a of the folded one, in the channels of pi.
  return weight.reshape({outputs, channels, 2, 2, 2, 2})
      .permute({0, 3, 5, 1, 2, 4})
      .reshape({outputs, 4 * channels, 2, 2})
      .contiguous(kChannelsLast);
}

Tensor unfold_weight(const Tensor& folded) {
  const int64_t outputs = folded.size(0), channels = folded.size(1) / 4;
  return folded.reshape({outputs, 2, 2, channels, 2, 2}).permute({0, 3, 4, 1, 5, 2}).reshape({outputs, channels, 4, 4});
}

}  // namespace mdsm::kernels
