#include "mdsm/evaluate/kernel_distance.h"

#include "mdsm/base/error.h"
#include "mdsm/evaluate/numpy_random.h"

namespace mdsm {
namespace {

Tensor kernel(const Tensor& a, const Tensor& b) { return (a.mm(b.t()) / static_cast<double>(a.size(1)) + 1).pow(3); }

/// Sum over the pairs of different rows.
double sum_off_diagonal(const Tensor& k) { return (k.sum() - k.trace()).item<double>(); }

Tensor rows(const Tensor& features, const std::vector<int64_t>& indices) {
  return features.index_select(0, at::tensor(indices, at::kLong)).to(at::kDouble);
}

}  // namespace

double polynomial_discrepancy(const Tensor& a, const Tensor& b) {
  const auto m = static_cast<double>(a.size(0));
  const Tensor x = a.to(at::kDouble);
  const Tensor y = b.to(at::kDouble);
  const double within = sum_off_diagonal(kernel(x, x)) + sum_off_diagonal(kernel(y, y));
  return within / (m * (m - 1)) - 2 * kernel(x, y).sum().item<double>() / (m * m);
}

KernelDistance kernel_distance(const Tensor& a, const Tensor& b, const KernelDistanceOptions& options) {
  require(a.dim() == 2 && b.dim() == 2 && a.size(1) == b.size(1),
          "kernel distance: features of shape {} against {} (the two come from different networks). Measure both with "
          "one.",
          to_text(a.sizes()), to_text(b.sizes()));
  require(options.subsets >= 1 && options.subset_size >= 2,
          "kernel distance: {} subsets of {} (at least 1 subset of 2).", options.subsets, options.subset_size);
  require(a.size(0) >= options.subset_size && b.size(0) >= options.subset_size,
          "kernel distance: {} and {} data for subsets of {} (drawn without replacement). Take more data, or a smaller "
          "subset_size.",
          a.size(0), b.size(0), options.subset_size);
  NumpyRandom random(static_cast<uint32_t>(options.subset_seed));
  std::vector<double> values;
  for (int64_t i = 0; i < options.subsets; ++i) {
    const std::vector<int64_t> first = random.choice(a.size(0), options.subset_size);
    const std::vector<int64_t> second = random.choice(b.size(0), options.subset_size);
    values.push_back(polynomial_discrepancy(rows(a, first), rows(b, second)));
  }
  const Tensor all = at::tensor(values, at::kDouble);
  return {all.mean().item<double>(), all.std(/*unbiased=*/false).item<double>()};
}

}  // namespace mdsm
