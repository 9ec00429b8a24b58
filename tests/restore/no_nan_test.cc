// What is not finite is no restoration: every solver says which image, and at which gradient.
#include <gtest/gtest.h>

#include "mdsm/restore/masks.h"
#include "mdsm/restore/operators.h"
#include "restore/solve.h"
#include "support/expect_error.h"
#include "support/failing_energy.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::FailingEnergy;
using testing::rows;
using testing::solve;

const Shape kShape{1, 8, 8};

RestoreOptions options_for(const std::string& solver) {
  RestoreOptions options{.solver = solver, .steps = 40};
  options.sigma_end = 1e-6;
  return options;
}

class NoNanRestore : public ::testing::TestWithParam<std::string> {};

std::string solver_test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, NoNanRestore, ::testing::ValuesIn(solver_names()), solver_test_name);

TEST_P(NoNanRestore, TheImageAndTheGradientAreNamed) {
  const auto a = std::make_shared<Downsampling>(4, kShape);
  for (const double sigma : {0.0, 0.2}) {
    const Measurement measurement = measured(a, rows(4).uniform(0, kShape), sigma, rows(4).normal(1, a->range()));
    const FailingEnergy energy(kShape, 5, 2);
    expect_error([&] { solve(energy, measurement, options_for(GetParam())); },
                 "image 3 has left the finite numbers at gradient 6", Fault::failure);
  }
}

TEST_P(NoNanRestore, AMeasurementThatIsNotFiniteIsABadRequest) {
  const auto a = std::make_shared<Identity>(kShape);
  Tensor y = rows(2).uniform(0, kShape);
  y[1][0][0][0] = std::nan("");
  const FailingEnergy energy(kShape, 1000000, 0);
  expect_error([&] { solve(energy, {a, y, 0.1}, options_for(GetParam())); }, "measurements hold numbers");
}

// Noise at and below the least level, and far above the largest, of every kind of operator.
TEST_P(NoNanRestore, EveryNoiseGivesNumbers) {
  const FailingEnergy energy(kShape, 1000000000, 0);
  const std::vector<std::shared_ptr<const LinearOperator>> operators{
      std::make_shared<Identity>(kShape), std::make_shared<Inpainting>(random_mask(0.3, 1, 8, 8), kShape),
      std::make_shared<Downsampling>(4, kShape),
      std::make_shared<Blur>(gaussian_kernel(0.7), Boundary::reflect, kShape)};
  for (const auto& a : operators) {
    for (const double sigma : {0.0, 1e-6, 0.01, 0.1, 5.0}) {
      SCOPED_TRACE(a->name() + " " + std::to_string(sigma));
      const Measurement measurement = measured(a, rows(2).uniform(0, kShape), sigma, rows(2).normal(1, a->range()));
      for (const double most : {0.1, 0.100001, 3.0}) {
        RestoreOptions options = options_for(GetParam());
        options.sigma_max = most;
        options.sigma_min = 0.1;
        EXPECT_TRUE(solve(energy, measurement, options).x.isfinite().all().item<bool>()) << most;
      }
    }
  }
}

}  // namespace
}  // namespace mdsm
