#include "mdsm/engine/kernels/cpu/pointwise.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "mdsm/engine/ops/pointwise.h"
#include "support/expect_close.h"
#include "support/scalar_phi.h"

namespace mdsm {
namespace {

using kernels::fits_pointwise;

/// Some thousand numbers, 3 N(0, 1), and a rest that no vector divides.
Tensor draw(uint32_t step, at::ScalarType type) {
  return (3 * RandomRows::slots(5, Stream::data, 0, 1).normal(step, {20011}).squeeze(0)).to(type);
}

/// f entry by entry of float64 copies.
template <class F, class... T> Tensor each(const F& f, const Tensor& first, const T&... more) {
  Tensor result = first.to(at::kDouble, /*non_blocking=*/false, /*copy=*/true);
  const std::array<Tensor, sizeof...(T)> rest{more.to(at::kDouble)...};
  for (int64_t i = 0; i < result.numel(); ++i) {
    double& entry = result.data_ptr<double>()[i];
    entry = std::apply([&](const auto&... other) { return f(entry, other.template data_ptr<double>()[i]...); }, rest);
  }
  return result;
}

TEST(PointwiseKernels, GiveWhatTheFormulasGive) {
  ASSERT_EQ(testing::scalar_phis().size(), pointwise_functions().size());
  for (const auto& [type, tolerance] : {std::pair{at::kFloat, 1e-6}, std::pair{at::kBFloat16, 5e-3}}) {
    const Tensor x = draw(0, type), x_dot = draw(1, type), a = draw(2, type), b = draw(3, type), onto = draw(4, type);
    for (size_t row = 0; row < pointwise_functions().size(); ++row) {
      const testing::ScalarPhi& exact = testing::scalar_phis()[row];
      EXPECT_EQ(exact.name, pointwise_functions()[row].name);
      SCOPED_TRACE(exact.name);
      const Tensor y = kernels::pointwise_forward(row, x);
      testing::expect_close(y, each(exact.phi, x), tolerance, "phi");
      const Tensor read = pointwise_functions()[row].reads == Reads::output ? y : x;
      const Tensor slope = each([&](double r, double d) { return exact.slope(r) * d; }, read, a);
      testing::expect_close(kernels::pointwise_slope(row, read, a, {}), slope, tolerance, "slope");
      testing::expect_close(kernels::pointwise_slope(row, read, a, onto), slope + onto, tolerance, "slope onto");
      const Tensor bend =
          each([&](double r, double r_dot, double y_bar,
                   double y_bar_dot) { return exact.slope(r) * y_bar_dot + exact.bend(r, r_dot) * y_bar; },
               read, x_dot, a, b);
      testing::expect_close(kernels::pointwise_bend(row, read, x_dot, a, b, {}), bend, tolerance, "bend");
      testing::expect_close(kernels::pointwise_bend(row, read, x_dot, a, b, onto), bend + onto, tolerance, "bend onto");
    }
  }
}

TEST(PointwiseKernels, TakeTensorsThatLieAlike) {
  const Tensor x = at::ones({2, 3, 4, 4});
  EXPECT_TRUE(fits_pointwise({x, x + 1, Tensor()}));
  EXPECT_TRUE(fits_pointwise({x.to(at::kBFloat16)}));
  EXPECT_FALSE(fits_pointwise({x.to(at::kDouble)}));
  EXPECT_FALSE(fits_pointwise({x, x.to(at::kBFloat16)}));
  EXPECT_FALSE(fits_pointwise({x, x.contiguous(at::MemoryFormat::ChannelsLast)}));
  EXPECT_FALSE(fits_pointwise({x, x.narrow(0, 0, 1)}));
  EXPECT_FALSE(fits_pointwise({x.narrow(3, 0, 2)})) << "has gaps";
}

}  // namespace
}  // namespace mdsm
