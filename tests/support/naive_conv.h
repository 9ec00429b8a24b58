#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>

namespace mdsm::testing {

/// Weight gradient of a convolution by its definition, in float64:
/// out[k][c][i][j] = sum over b, h, w of x[b][c][h stride + i - padding][w stride + j - padding] * y_bar[b][k][h][w].
inline at::Tensor naive_weight_gradient(const at::Tensor& x_in, const at::Tensor& y_in, int64_t kernel, int64_t stride,
                                        int64_t padding) {
  const at::Tensor x = at::constant_pad_nd(x_in.to(at::kDouble), {padding, padding, padding, padding});
  const at::Tensor y = y_in.to(at::kDouble);
  const at::Tensor out = at::zeros({y.size(1), x.size(1), kernel, kernel}, at::kDouble);
  for (int64_t i = 0; i < kernel; ++i) {
    for (int64_t j = 0; j < kernel; ++j) {
      const at::Tensor shifted =
          x.slice(2, i, i + (y.size(2) - 1) * stride + 1, stride).slice(3, j, j + (y.size(3) - 1) * stride + 1, stride);
      out.select(3, j).select(2, i).copy_(
          y.permute({1, 0, 2, 3}).flatten(1).mm(shifted.permute({0, 2, 3, 1}).flatten(0, 2)));
    }
  }
  return out;
}

/// The convolution by its definition, in float64.
inline at::Tensor naive_conv(const at::Tensor& x_in, const at::Tensor& w_in, int64_t stride, int64_t padding) {
  const at::Tensor x = at::constant_pad_nd(x_in.to(at::kDouble), {padding, padding, padding, padding});
  const at::Tensor w = w_in.to(at::kDouble);
  const int64_t kernel = w.size(2), rows = (x.size(2) - kernel) / stride + 1,
                columns = (x.size(3) - kernel) / stride + 1;
  at::Tensor out = at::zeros({x.size(0), rows, columns, w.size(0)}, at::kDouble);
  for (int64_t i = 0; i < kernel; ++i) {
    for (int64_t j = 0; j < kernel; ++j) {
      const at::Tensor shifted =
          x.slice(2, i, i + (rows - 1) * stride + 1, stride).slice(3, j, j + (columns - 1) * stride + 1, stride);
      out += shifted.permute({0, 2, 3, 1}).matmul(w.select(3, j).select(2, i).t());
    }
  }
  return out.permute({0, 3, 1, 2});
}

/// Its adjoint in x, in float64: (B, K, h, w) -> (B, C, height, width), which is also the transposed convolution.
/// \param height, width  of x; 0: the least that windows cover, (h - 1) stride - 2 padding + kernel. A larger x has border
///                       pixels that a window covers in part, or none does
inline at::Tensor naive_conv_adjoint(const at::Tensor& y_in, const at::Tensor& w_in, int64_t stride, int64_t padding,
                                     int64_t height = 0, int64_t width = 0) {
  const at::Tensor y = y_in.to(at::kDouble);
  const at::Tensor w = w_in.to(at::kDouble);
  const int64_t kernel = w.size(2), rows = y.size(2), columns = y.size(3);
  const int64_t covered_height = (rows - 1) * stride + kernel, covered_width = (columns - 1) * stride + kernel;
  if (height == 0) height = covered_height - 2 * padding;
  if (width == 0) width = covered_width - 2 * padding;
  const at::Tensor out = at::zeros(
      {y.size(0), w.size(1), std::max(covered_height, padding + height), std::max(covered_width, padding + width)},
      at::kDouble);
  for (int64_t i = 0; i < kernel; ++i) {
    for (int64_t j = 0; j < kernel; ++j) {
      out.slice(2, i, i + (rows - 1) * stride + 1, stride)
          .slice(3, j, j + (columns - 1) * stride + 1, stride)
          .add_(y.permute({0, 2, 3, 1}).matmul(w.select(3, j).select(2, i)).permute({0, 3, 1, 2}));
    }
  }
  return out.slice(2, padding, padding + height).slice(3, padding, padding + width);
}

}  // namespace mdsm::testing
