#pragma once

#include "mdsm/base/rng.h"
#include "mdsm/energy/energy.h"

namespace mdsm {

/// An energy in closed form, whose normaliser is known and which can be sampled exactly: the truth that samplers and
/// likelihood estimates are tested against. One file a kind in analytic/.
///
/// A datum may have any shape; inside it is a row of D = element_count(datum_shape) numbers. Constants are kept in
/// float64 and the arithmetic is done in the type and on the device of x. There are no parameters.
class AnalyticEnergy : public Energy {
 public:
  /// log of the integral of exp(-E(x) / temperature) over R^D.
  /// \throws Error unless temperature > 0, or where the integral has no closed form
  double log_normaliser(double temperature = 1) const;

  /// Independent draws from the density proportional to exp(-E(x) / temperature): (rows.count(), datum_shape...) on the
  /// CPU. A draw is a function of its own row's key alone.
  /// \throws Error unless temperature > 0
  Tensor sample(const RandomRows& rows, double temperature = 1, at::ScalarType type = at::kFloat) const;

  Shape datum_shape() const final { return datum_shape_; }
  Tensor value(const Tensor& x) const final;
  ValueAndGradient value_and_gradient(const Tensor& x) const final;
  std::unique_ptr<Linearization> linearize(const Tensor& x) const final;
  const Parameters& parameters() const final { return no_parameters_; }

 protected:
  /// \throws Error unless every size is at least 1
  explicit AnalyticEnergy(Shape datum_shape);
  /// D
  int64_t dimension() const { return dimension_; }

 private:
  /// E (B) and its gradient (B, D) at x (B, D).
  virtual ValueAndGradient evaluate(const Tensor& x) const = 0;
  virtual double log_normaliser_at(double temperature) const = 0;
  /// (B, D) float64
  virtual Tensor draw(const RandomRows& rows, double temperature) const = 0;

  Shape datum_shape_;
  int64_t dimension_;
  Parameters no_parameters_;
};

}  // namespace mdsm
