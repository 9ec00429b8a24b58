#include "mdsm/data/moments.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/data/subset.h"

namespace mdsm {
namespace {

constexpr int64_t kBatch = 500;

/// `count` places spread evenly over the source, or the first of one that never ends.
std::vector<int64_t> even_places(const Source& source, int64_t count) {
  std::vector<int64_t> places(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    places[static_cast<size_t>(i)] = source.size() == Source::kEndless ? i : even_place(i, source.size(), count);
  }
  return places;
}

/// Calls action(rows) with batches (b, d) float64.
template <class Action> void for_each_batch(const Source& source, const std::vector<int64_t>& places, Action action) {
  for (size_t begin = 0; begin < places.size(); begin += kBatch) {
    const size_t count = std::min<size_t>(kBatch, places.size() - begin);
    action(source.read(std::span(places).subspan(begin, count)).flatten(1).to(at::kDouble));
  }
}

/// Sums over the data, all float64, of offsets from the first datum: where the mean is far from 0, sums of squares
/// would cancel.
struct Sums {
  Tensor origin;   // (d)
  Tensor sum;      // (d)
  Tensor squares;  // (d)
  Tensor product;  // (d, d); undefined where d is large
};

Sums sums_of(const Source& source, const std::vector<int64_t>& places, int64_t d) {
  Sums sums{{}, at::zeros({d}, at::kDouble), at::zeros({d}, at::kDouble), {}};
  if (d <= kDenseMoments) sums.product = at::zeros({d, d}, at::kDouble);
  for_each_batch(source, places, [&](const Tensor& rows) {
    if (!sums.origin.defined()) sums.origin = rows[0].clone();
    const Tensor x = rows - sums.origin;
    sums.sum.add_(x.sum(0));
    sums.squares.add_(x.square().sum(0));
    if (sums.product.defined()) sums.product.addmm_(x.t(), x);
  });
  return sums;
}

/// Eigenvalues, largest first, and eigenvectors as rows.
struct Spectrum {
  Tensor values;   // (k)
  Tensor vectors;  // (k, d)
};

Spectrum dense_spectrum(const Tensor& covariance, int64_t rank) {
  const auto [values, vectors] = at::linalg_eigh(covariance);
  const int64_t d = values.size(0);
  return {values.narrow(0, d - rank, rank).flip(0), vectors.narrow(1, d - rank, rank).t().flip(0)};
}

/// From the Gram matrix X X'/n of the centred subset: it has the eigenvalues l of X' X/n, whose eigenvectors are
/// X' u / sqrt(n l).
Spectrum subset_spectrum(const Source& source, const std::vector<int64_t>& places, const Tensor& mean, int64_t rank) {
  Tensors parts;
  for_each_batch(source, places, [&](const Tensor& rows) { parts.push_back(rows - mean); });
  const Tensor x = at::cat(parts);
  const auto n = static_cast<double>(x.size(0));
  const Spectrum gram = dense_spectrum(x.mm(x.t()) / n, rank);
  const Tensor scale = (gram.values * n).clamp_min(1e-300).rsqrt();
  return {gram.values, gram.vectors.mm(x) * scale.unsqueeze(1)};
}

/// An eigenvector's sign is free: its largest element is made positive, so that two machines agree.
Tensor with_fixed_signs(const Tensor& vectors) {
  const Tensor largest = vectors.gather(1, vectors.abs().argmax(1, /*keepdim=*/true));
  return vectors * at::where(largest < 0, -1.0, 1.0);
}

}  // namespace

DataMoments fit_moments(const Source& source, const MomentOptions& options) {
  require(options.rank >= 1, "moments: a rank of {} (expected at least 1).", options.rank);
  require(options.most_data >= 2 && source.size() >= 2, "moments: {} data (expected at least 2).",
          std::min(options.most_data, source.size()));
  const Shape shape = source.info().datum_shape;
  const int64_t d = element_count(shape);
  const int64_t n = std::min(options.most_data, source.size());
  const std::vector<int64_t> places = even_places(source, n);
  const Sums sums = sums_of(source, places, d);
  const auto count = static_cast<double>(n);
  const Tensor offset = sums.sum / count;
  const double trace = (sums.squares / count - offset.square()).sum().item<double>();
  const bool dense = sums.product.defined();
  const int64_t subset = std::min(n, kMomentSubset);
  const int64_t rank = std::min({options.rank, d, (dense ? n : subset) - 1});
  const Spectrum spectrum = dense ? dense_spectrum(sums.product / count - offset.outer(offset), rank)
                                  : subset_spectrum(source, even_places(source, subset), offset + sums.origin, rank);
  const double left_out = d > rank ? (trace - spectrum.values.sum().item<double>()) / static_cast<double>(d - rank) : 0;
  DataMoments moments;
  moments.residual_variance = std::max(left_out, 0.0);
  moments.mean = (offset + sums.origin).to(at::kFloat).view(shape);
  const Tensor size = (spectrum.values - moments.residual_variance).clamp_min(0).sqrt().unsqueeze(1);
  moments.factor =
      (with_fixed_signs(spectrum.vectors) * size).to(at::kHalf).to(at::kFloat).view(batch_shape(rank, shape));
  return moments;
}

}  // namespace mdsm
