#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "mdsm/engine/ops/pointwise.h"
#include "support/expect_checked.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_checked;

/// phi entry by entry, in a loop.
testing::Reference each(double (*phi)(double)) {
  return [phi](const Tensors& x, const Tensors&) {
    Tensor y = x[0].clone();
    double* data = y.data_ptr<double>();
    for (int64_t i = 0; i < y.numel(); ++i) data[i] = phi(data[i]);
    return y;
  };
}

TEST(CheckOp, Pointwise) {
  const std::map<std::string, double (*)(double)> phi{
      {"elu", [](double x) { return x > 0 ? x : std::exp(x) - 1; }},
      {"silu", [](double x) { return x / (1 + std::exp(-x)); }},
      {"sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
      {"tanh", [](double x) { return std::tanh(x); }},
      {"softplus", [](double x) { return std::log(1 + std::exp(x)); }},
      {"relu", [](double x) { return x > 0 ? x : 0; }},
  };
  for (const PointwiseFunction& row : pointwise_functions()) {
    CheckOptions kink;  // ELU'' and ReLU' jump at 0: keep every point of the differences on one side
    if (row.name == "elu" || row.name == "relu")
      kink.domain = [](size_t, const Tensor& x) { return x + 0.2 * x.sign(); };
    if (row.name == "tanh") kink.tolerance = 1e-9;  // of the differences: tanh's eighth derivative is large
    expect_checked(Pointwise(row), {{2, 3, 4, 4}}, each(phi.at(row.name)), kink);
    expect_checked(Pointwise(row), {{3, 5}}, each(phi.at(row.name)), kink);
  }
}

TEST(CheckOp, PointwiseFarFromZero) {
  CheckOptions far;
  far.domain = [](size_t, const Tensor& x) { return 30 * x.sign() + x; };
  for (const PointwiseFunction& row : pointwise_functions()) {
    expect_checked(Pointwise(row), {{2, 8}}, nullptr, far);
  }
}

TEST(CheckOp, PointwiseFunctionsHaveNames) {
  EXPECT_EQ(pointwise_function("silu").reads, Reads::inputs);
  EXPECT_EQ(Pointwise(pointwise_function("elu")).name(), "elu");
  testing::expect_error([] { pointwise_function("sliu", "energy.activation"); }, "Did you mean 'silu'?");
}

}  // namespace
}  // namespace mdsm
