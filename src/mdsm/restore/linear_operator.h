#pragma once

#include <functional>
#include <memory>
#include <string>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// A function of the singular values: gets them as a tensor that broadcasts against a batch of data, 0 on the null
/// space, and gives weights that do so too; a weight a datum has shape (B, 1, ..., 1).
using SpectralFunction = std::function<Tensor(const Tensor& singular_values)>;

/// A linear measurement y = A x of images, datum by datum, with what solving it takes.
///
/// Batches x are (B, domain...) and y are (B, range...), floating point, B at least 1. With A = U S V',
///     adjoint A' = V S U',    pseudo-inverse A+ = V S^-1 U' (0 where S is),
/// and `filter` applies V f(S) V' to x, which every solver of this folder is written in: A+ A = filter(s > 0) projects
/// on what is measured; for a measurement with noise of size sigma, sigma/s is the noise of that direction of A+ y.
/// (An orthonormal-row form M' of A, as Kadkhodaie and Simoncelli need, enters their solver only as M M' = A+ A and
/// M x_c = A+ y.) Derivations: docs/derivations/restoration.md.
class LinearOperator {
 public:
  virtual ~LinearOperator() = default;
  /// "inpainting", ...
  virtual std::string name() const = 0;
  const Shape& domain() const { return domain_; }  ///< shape of one x
  const Shape& range() const { return range_; }    ///< shape of one y

  /// A x.
  /// \throws Error unless x is a batch of data of shape domain(); so do the other three for theirs
  Tensor apply(const Tensor& x) const;
  /// A' y
  Tensor adjoint(const Tensor& y) const;
  /// A+ y, the x of least norm among those with the least ||A x - y||
  Tensor pseudo_inverse(const Tensor& y) const;
  /// V f(S) V' x
  Tensor filter(const Tensor& x, const SpectralFunction& f) const;

  /// (1, range...) float32: 1 where y holds a measured number, 0 where it is empty and ignored (missing pixels).
  virtual Tensor where_measured() const;
  /// The norm of A.
  virtual double largest_singular_value() const = 0;

 protected:
  /// \throws Error unless both shapes are (C, H, W) of at least 1
  LinearOperator(Shape domain, Shape range);

 private:
  virtual Tensor do_apply(const Tensor& x) const = 0;
  virtual Tensor do_adjoint(const Tensor& y) const = 0;
  virtual Tensor do_pseudo_inverse(const Tensor& y) const = 0;
  virtual Tensor do_filter(const Tensor& x, const SpectralFunction& f) const = 0;

  Shape domain_;
  Shape range_;
};

/// An operator whose rows are orthogonal and of one length s: A A' = s^2 I, so that A+ = A'/s^2 and all singular values
/// but the null space's are s.
class TightOperator : public LinearOperator {
 public:
  double largest_singular_value() const final { return singular_value_; }

 protected:
  TightOperator(Shape domain, Shape range, double singular_value);

 private:
  Tensor do_pseudo_inverse(const Tensor& y) const override;
  Tensor do_filter(const Tensor& x, const SpectralFunction& f) const override;

  double singular_value_;
};

}  // namespace mdsm
