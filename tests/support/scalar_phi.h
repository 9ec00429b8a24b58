#pragma once

#include <cmath>
#include <string>
#include <vector>

/// The pointwise functions of the engine (engine/ops/phi-inl.h) one number at a time in float64: what vectors and tensors
/// are held against.
namespace mdsm::testing {

#include "mdsm/engine/ops/phi-inl.h"

struct Scalar {
  using Value = double;
  static double number(double c) { return c; }
  static double neg(double a) { return -a; }
  static double add(double a, double b) { return a + b; }
  static double sub(double a, double b) { return a - b; }
  static double mul(double a, double b) { return a * b; }
  static double fma(double a, double b, double c) { return std::fma(a, b, c); }
  static double fnma(double a, double b, double c) { return std::fma(-a, b, c); }
  static double min(double a, double b) { return b < a ? b : a; }
  static double max(double a, double b) { return a < b ? b : a; }
  static double negative(double a, double b, double c) { return a < 0 ? b : c; }
  static double exp(double a) { return std::exp(a); }
  static double expm1(double a) { return std::expm1(a); }
  static double log1p(double a) { return std::log1p(a); }
  static double inverse(double a) { return 1 / a; }
};

struct ScalarPhi {
  std::string name;
  double (*phi)(double x);
  double (*slope)(double read);
  double (*bend)(double read, double read_dot);
};

template <class... Row> std::vector<ScalarPhi> scalar_rows(PhiTable<Row...>) {
  return {ScalarPhi{Row::kName, Row::template phi<Scalar>, Row::template slope<Scalar>, Row::template bend<Scalar>}...};
}

/// In the order of pointwise_functions().
inline const std::vector<ScalarPhi>& scalar_phis() {
  static const std::vector<ScalarPhi> rows = scalar_rows(Phis());
  return rows;
}

}  // namespace mdsm::testing
