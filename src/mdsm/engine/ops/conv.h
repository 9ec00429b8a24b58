#pragma once

#include <span>

#include "mdsm/engine/kernels/conv_geometry.h"
#include "mdsm/engine/op.h"

namespace mdsm {

enum class Bias { none, learned };

enum class ConvKind { plain, transposed };

/// What else a convolution does beside its 3x3 kernel, folded into the kernel that runs (docs/derivations/engine.md, F1
/// to F3).
enum class Fold {
  none,
  mean_pool,  ///< a 2x2 mean pool after it: 4x4, stride 2; 16 multiplications an output instead of 36
  upsample,   ///< a 2x2 nearest up-sampling before it: 4x4 transposed, stride 2; 4 multiplications an output instead of
              ///< 9
};

/// Channels and geometry of a convolution with a square kernel and zero padding.
struct ConvSizes {
  int64_t in = 1;
  int64_t out = 1;
  int64_t kernel = 3;
  int64_t stride = 1;
  int64_t padding = 1;
  ConvKind kind = ConvKind::plain;

  /// Of the plain convolution; the transposed one is its adjoint.
  ConvGeometry geometry() const { return {.kernel = kernel, .stride = stride, .padding = padding}; }
};

/// The input channels first .. first + ConvSizes::in - 1 of a weight that has `total` of them: a convolution of a
/// concatenation is the sum of the convolutions of its parts.
struct InputSlice {
  int64_t first = 0;
  int64_t total = 0;  ///< 0: as many as the convolution has
};

/// The forms in which networks use it.
ConvSizes conv3x3(int64_t in, int64_t out);
ConvSizes conv1x1(int64_t in, int64_t out);
/// 4x4, stride 2, padding 1: halves both sides.
ConvSizes conv4x4_down(int64_t in, int64_t out);
/// Transposed 4x4, stride 2, padding 1: doubles both sides.
ConvSizes conv4x4_up(int64_t in, int64_t out);

/// y = w * x + b over images (B, in, H, W) -> (B, out, H', W') (docs/derivations/engine.md, L1 to L4).
///
/// Parameters, in PyTorch's layouts: weight (out, in, k, k), transposed (in, out, k, k); bias (out). With a fold the
/// sizes are of what runs, and the weight is the 3x3 kernel (out, in, 3, 3) that the network has. With a slice the
/// weight has all its input channels.
class Conv final : public Op {
 public:
  /// \throws Error for a slice that does not fit, or of a transposed convolution that is not folded
  Conv(const ConvSizes& sizes, Bias bias, Fold fold = Fold::none, InputSlice slice = {});

  const ConvSizes& sizes() const { return sizes_; }
  Bias bias() const { return bias_; }
  Fold fold() const { return fold_; }

  std::string name() const override;
  std::vector<Shape> parameter_shapes() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;
  Reads reads(Keep keep) const override { return keep == Keep::linearization ? Reads::inputs : Reads::nothing; }
  Arithmetic arithmetic() const override { return Arithmetic::reduced; }
  double flops(const std::vector<Shape>& x) const override;
  Tensors prepare(const Tensors& theta, at::ScalarType compute) const override;

 private:
  Tensor run_forward(Point& at) const override;
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const override;
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override;
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints& inputs, Grads* grads) const override;

  /// The part of a weight, or of its gradient, that this convolution reads.
  Tensor sliced(const Tensor& weight) const;
  void add_gradients(const Point& at, std::span<const ConvPair> pairs, const Tensor& bias_bar, Grads& grads) const;

  ConvSizes sizes_;
  Bias bias_;
  Fold fold_;
  InputSlice slice_;
};

}  // namespace mdsm
