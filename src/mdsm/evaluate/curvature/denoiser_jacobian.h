#pragma once

#include "mdsm/base/rng.h"
#include "mdsm/energy/energy.h"

namespace mdsm {

/// The derivative of the denoiser at a batch, J = dD/dx = I - sigma0^2 H with H the Hessian of the energy: symmetric, one
/// block a datum.
///
/// Where D(y) is the posterior mean of clean data given y = x + sigma n, sigma^2 J is the posterior covariance:
/// sigma^2 tr J is the squared error to expect, and the eigenvectors of the largest eigenvalues are the directions of
/// which the noise leaves least (docs/derivations/curvature.md).
class DenoiserJacobian {
 public:
  /// \param x  (B, datum_shape...)
  /// \throws Error unless sigma0 is positive and finite
  DenoiserJacobian(const Energy& energy, const Tensor& x, double sigma0);

  /// D(x), shaped like x.
  const Tensor& denoised() const { return denoised_; }
  /// J v, shaped like x; exact, for any number of v.
  Tensor operator()(const Tensor& v) const;

 private:
  double sigma0_;
  std::unique_ptr<Linearization> at_;
  Tensor denoised_;
};

/// Of a symmetric matrix a datum, (B) float64 each.
struct JacobianNorms {
  Tensor trace;   ///< tr J
  Tensor square;  ///< ||J||_F^2 = tr J^2
};

/// Both from `probes` vectors v of independent random signs: tr J = E <v, J v>, ||J||_F^2 = E |J v|^2.
/// Source: Hutchinson 1990, "A stochastic estimator of the trace of the influence matrix".
/// \param rows  a row a datum; the probes are its steps first_step, first_step + 1, ...
JacobianNorms jacobian_norms(const DenoiserJacobian& jacobian, const RandomRows& rows, int64_t probes,
                             uint32_t first_step = 0);

/// The diagonal of J from the same probes, E v * J v: shaped like x, float64. With sigma^2 in front it is the posterior
/// variance of each coordinate.
/// Source: Bekas, Kokiopoulou, Saad 2007, "An estimator for the diagonal of a matrix".
Tensor jacobian_diagonal(const DenoiserJacobian& jacobian, const RandomRows& rows, int64_t probes,
                         uint32_t first_step = 0);

/// The sum of J's diagonal over the coordinates where `where` is 1 (else 0), (B) float64, from one vector of random signs.
/// \param where  shaped like x
Tensor trace_where(const DenoiserJacobian& jacobian, const Tensor& where, const RandomRows& rows, uint32_t step = 0);

/// The largest eigenvalues of J by magnitude, and their eigenvectors.
struct Eigenpairs {
  Tensor values;   ///< (B, K) float64, largest magnitude first
  Tensor vectors;  ///< (B, K, datum_shape...) float64, orthonormal
};

/// By subspace iteration from random starts with a Rayleigh-Ritz step at the end: K products with J an iteration.
/// \param rows  a row a datum, of the starts
/// \throws Error unless 1 <= count <= dimensions of a datum and iterations >= 1
Eigenpairs leading_eigenpairs(const DenoiserJacobian& jacobian, const RandomRows& rows, int64_t count,
                              int64_t iterations);

}  // namespace mdsm
