#include "mdsm/evaluate/curvature/denoiser_jacobian.h"

#include "mdsm/base/error.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

/// Random signs, a row a datum.
Tensor signs(const RandomRows& rows, uint32_t step, const Tensor& like) {
  const Tensor normal = rows.normal(step, datum_shape_of(like));
  return at::where(normal < 0, -1.0, 1.0).to(like.options());
}

/// Shows each probe v, and J v in float64.
template <class Look>
void each_probe(const DenoiserJacobian& jacobian, const RandomRows& rows, int64_t probes, uint32_t first_step,
                const Look& look) {
  require(probes >= 1, "curvature: {} probes (expected at least 1).", probes);
  for (int64_t probe = 0; probe < probes; ++probe) {
    const Tensor v = signs(rows, first_step + static_cast<uint32_t>(probe), jacobian.denoised());
    look(v, jacobian(v).to(at::kDouble));
  }
}

/// J applied to each of K directions: (B, K, D) float64 to the same.
Tensor products(const DenoiserJacobian& jacobian, const Tensor& directions) {
  const Tensor& like = jacobian.denoised();
  Tensors columns;
  for (int64_t k = 0; k < directions.size(1); ++k) {
    const Tensor v = directions.select(1, k).reshape(like.sizes()).to(like.scalar_type());
    columns.push_back(jacobian(v).to(at::kDouble).flatten(1));
  }
  return at::stack(columns, 1);
}

/// Orthonormal rows that span those of (B, K, D).
Tensor orthonormal(const Tensor& directions) {
  return std::get<0>(at::linalg_qr(directions.transpose(1, 2))).transpose(1, 2);
}

}  // namespace

DenoiserJacobian::DenoiserJacobian(const Energy& energy, const Tensor& x, double sigma0)
    : sigma0_(sigma0), at_(energy.linearize(x)), denoised_(x - sigma0 * sigma0 * at_->gradient()) {
  require_sigma0(sigma0, "curvature");
}

Tensor DenoiserJacobian::operator()(const Tensor& v) const { return v - sigma0_ * sigma0_ * at_->hessian_vector(v); }

JacobianNorms jacobian_norms(const DenoiserJacobian& jacobian, const RandomRows& rows, int64_t probes,
                             uint32_t first_step) {
  const int64_t count = jacobian.denoised().size(0);
  JacobianNorms norms{at::zeros({count}, at::kDouble), at::zeros({count}, at::kDouble)};
  each_probe(jacobian, rows, probes, first_step, [&](const Tensor& v, const Tensor& product) {
    norms.trace += sum_per_datum(product * v);
    norms.square += sum_per_datum(product.square());
  });
  norms.trace /= probes;
  norms.square /= probes;
  return norms;
}

Tensor trace_where(const DenoiserJacobian& jacobian, const Tensor& where, const RandomRows& rows, uint32_t step) {
  const Tensor v = signs(rows, step, jacobian.denoised()) * where;
  return sum_per_datum(jacobian(v).to(at::kDouble) * v);
}

Tensor jacobian_diagonal(const DenoiserJacobian& jacobian, const RandomRows& rows, int64_t probes,
                         uint32_t first_step) {
  Tensor sum = at::zeros(jacobian.denoised().sizes(), at::kDouble);
  each_probe(jacobian, rows, probes, first_step, [&](const Tensor& v, const Tensor& product) { sum += product * v; });
  return sum / probes;
}

Eigenpairs leading_eigenpairs(const DenoiserJacobian& jacobian, const RandomRows& rows, int64_t count,
                              int64_t iterations) {
  const Shape shape = datum_shape_of(jacobian.denoised());
  require(count >= 1 && count <= element_count(shape),
          "eigenvectors: {} of a matrix of {} rows (expected 1 to that many).", count, element_count(shape));
  require(iterations >= 1, "eigenvectors: {} iterations (expected at least 1).", iterations);
  Tensors starts;
  for (int64_t k = 0; k < count; ++k) starts.push_back(rows.normal(static_cast<uint32_t>(k), shape).flatten(1));
  Tensor directions = orthonormal(at::stack(starts, 1).to(at::kDouble));
  for (int64_t i = 1; i < iterations; ++i) directions = orthonormal(products(jacobian, directions));
  const Tensor small = at::matmul(products(jacobian, directions), directions.transpose(1, 2));
  const auto [values, turns] = at::linalg_eigh((small + small.transpose(1, 2)) / 2);
  const Tensor order = values.abs().argsort(1, true);
  const Tensor vectors = at::matmul(turns.transpose(1, 2), directions);
  const Tensor sorted = vectors.gather(1, order.unsqueeze(2).expand_as(vectors));
  return {values.gather(1, order), sorted.reshape(batch_shape(values.size(0), batch_shape(count, shape)))};
}

}  // namespace mdsm
