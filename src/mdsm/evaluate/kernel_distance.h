#pragma once

#include <limits>

#include "mdsm/base/options.h"
#include "mdsm/base/tensor.h"

namespace mdsm {

/// How the kernel distance is estimated; the defaults are torch-fidelity's.
struct KernelDistanceOptions {
  int64_t subsets = 100;
  int64_t subset_size = 1000;
  int64_t subset_seed = 2020;

  template <class Option> void visit(Option&& option) {
    option("subsets", subsets, "random subsets", at_least(1));
    option("subset_size", subset_size, "data in each, without replacement", between(2, 1000000));
    option("subset_seed", subset_seed, "of NumPy's RandomState, which picks them",
           between(0, std::numeric_limits<uint32_t>::max()));
  }
};

/// Mean over subsets, and their population standard deviation.
struct KernelDistance {
  double mean = 0;
  double deviation = 0;
};

/// Unbiased squared maximum mean discrepancy of two equally large sets of features (M, D) under the kernel
/// (x.y / D + 1)^3, in float64: Binkowski et al. 2018, arXiv:1801.01401, section 4.
double polynomial_discrepancy(const Tensor& a, const Tensor& b);

/// Kernel (inception) distance: polynomial_discrepancy over random subsets without replacement, the very subsets that
/// torch-fidelity takes.
/// \param a, b  (N, D), (M, D)
/// \throws Error if the two differ in D, or one has fewer than subset_size rows
KernelDistance kernel_distance(const Tensor& a, const Tensor& b, const KernelDistanceOptions& options = {});

}  // namespace mdsm
