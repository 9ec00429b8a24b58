#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// The orthonormal cosine transform DCT-II as a matrix: C_kn = c_k cos(pi k (n + 1/2) / N), c_0 = sqrt(1/N), else
/// sqrt(2/N). (N, N) float64; C C' = I. Diagonalises every symmetric filter with reflecting ends.
Tensor cosine_matrix(int64_t n);

/// Longest side that is transformed: the transform is a product with a matrix of side x side.
inline constexpr int64_t kMostCosines = 4096;
/// \param what  names the operator in the error
/// \throws Error for a longer side
void require_cosine_sides(int64_t height, int64_t width, const char* what);

/// Its two-dimensional transform of the last two axes of x (..., H, W), and the inverse.
Tensor cosine_transform(const Tensor& x);
Tensor inverse_cosine_transform(const Tensor& x);

}  // namespace mdsm
