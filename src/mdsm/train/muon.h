#pragma once

#include <vector>

#include "mdsm/train/adam.h"

namespace mdsm {

/// The five rounds u <- 3.4445 u - 4.7750 (u u') u + 2.0315 (u u')^2 u that bring every singular value of matrices of
/// Frobenius norm 1 near 1 (into 0.68 .. 1.13 from 0.01 on; smaller ones grow by 485 at most).
///
/// Computed on the smaller Gram matrix: each round multiplies u by a polynomial in u u', and all of these commute; so
/// one Gram matrix, five rounds of products of its size, and one product with u replace ten products of u's size. The
/// same in exact arithmetic. Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
/// \param u  (N, rows, columns) float32, rows <= columns
/// \return   like u
Tensor orthogonalised(const Tensor& u);

/// Orthogonalised Nesterov momentum for the hidden convolutions of a network, fused with the moving average.
///
///     m <- m + (1 - beta) (g - m)        u = orthogonalised((g + beta (m - g)) / ||.||), as a matrix (out, in k k)
///     theta <- theta - rate 0.2 sqrt(max(out, in k k)) u          average <- decay average + (1 - decay) theta
///
/// beta is 0.95. The factor makes the root mean square of an update that of Adam's, so that both share one learning
/// rate. m stands in AdamMoments::moment1; moment2 of these parameters stays as it is. The other parameters are Adam's.
class Muon final : public Optimizer {
 public:
  static constexpr double kMomentum = 0.95;

  /// \param options     of Adam, for the parameters that are left to it
  /// \param parameters  names and shapes in the order of the flat storage
  Muon(const AdamOptions& options, const Parameters& parameters);

  /// Whether a parameter is updated here: a convolution's weight with more than one input and output channel. Biases,
  /// the two end convolutions of a grey image, and matrices of perceptrons and heads are left to Adam.
  static bool takes(const Tensor& parameter);

  /// The ranges [begin, end) of the flat storage that are left to Adam, in order, none adjacent.
  struct Range {
    int64_t begin;
    int64_t end;
  };
  const std::vector<Range>& others() const { return others_; }
  /// Parameters that are updated here.
  int64_t count() const;

  void update(const FlatWeights& theta, const Tensor& gradient, const UpdateStep& step) override;
  NamedTensors state() const override { return moments_.named(); }

 private:
  /// Matrices of one size, rows <= columns once transposed where need be.
  struct Group {
    int64_t rows;
    int64_t columns;
    std::vector<int64_t> offsets;  // in the flat storage
    std::vector<bool> transposed;  // whether the parameter is (columns, rows)
  };
  Tensor directions(const Group& group, const Tensor& gradient, double gradient_scale);
  static void apply(const Group& group, const FlatWeights& theta, const Tensor& orthogonal, const UpdateStep& step);

  AdamOptions options_;
  std::vector<Group> groups_;
  std::vector<Range> others_;
  int64_t size_ = 0;
  AdamMoments moments_;
};

}  // namespace mdsm
