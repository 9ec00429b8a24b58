#include "mdsm/energy/kernels/space_to_depth.h"

namespace mdsm::kernels {

bool has_space_to_depth(const ConvGeometry& geometry, int64_t height, int64_t width) {
  return geometry == ConvGeometry{.kernel = 4, .stride = 2, .padding = 1} && height % 2 == 0 && width % 2 == 0;
}

Tensor space_to_depth(const Tensor& x) {
  const int64_t batch = x.size(0), channels = x.size(1), rows = x.size(2) / 2 + 1, columns = x.size(3) / 2 + 1;
  const Tensor padded = at::zeros({batch, 2 * rows, 2 * columns, channels}, x.options());
  padded.narrow(1, 1, x.size(2)).narrow(2, 1, x.size(3)).copy_(x.permute({0, 2, 3, 1}));
  return padded.view({batch, rows, 2, columns, 2, channels})
      .permute({0, 1, 3, 2, 4, 5})
      .reshape({batch, rows, columns, 4 * channels})
      .permute({0, 3, 1, 2});
}

Tensor depth_to_space(const Tensor& squares) {
  const int64_t batch = squares.size(0), channels = squares.size(1) / 4, rows = squares.size(2),
                columns = squares.size(3);
  const Tensor padded = squares.permute({0, 2, 3, 1})
                            .reshape({batch, rows, columns, 2, 2, channels})
                            .permute({0, 1, 3, 2, 4, 5})
                            .reshape({batch, 2 * rows, 2 * columns, channels});
  return padded.narrow(1, 1, 2 * rows - 2).narrow(2, 1, 2 * columns - 2).contiguous().permute({0, 3, 1, 2});
}

Tensor fold_weight(const Tensor& weight) {
  const int64_t outputs = weight.size(0), channels = weight.size(1);
  // Row 2 a + pi of the kernel is row a of the folded one, in the channels of pi.
  return weight.reshape({outputs, channels, 2, 2, 2, 2})
      .permute({0, 3, 5, 1, 2, 4})
      .reshape({outputs, 4 * channels, 2, 2})
      .contiguous(at::MemoryFormat::ChannelsLast);
}

Tensor unfold_weight(const Tensor& folded) {
  const int64_t outputs = folded.size(0), channels = folded.size(1) / 4;
  return folded.reshape({outputs, 2, 2, channels, 2, 2}).permute({0, 3, 4, 1, 5, 2}).reshape({outputs, channels, 4, 4});
}

}  // namespace mdsm::kernels
