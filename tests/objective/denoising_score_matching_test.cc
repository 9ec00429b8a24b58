#include "mdsm/objective/denoising_score_matching.h"

#include <gtest/gtest.h>

#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

struct Case {
  Tensor x = at::rand({3, 2, 4}, at::kDouble);
  Tensor sigma = at::tensor({0.1, 1.0, 3.0}, at::kDouble);
  Tensor noisy = x + sigma.view({3, 1, 1}) * at::randn({3, 2, 4}, at::kDouble);
  Tensor gradient = at::randn({3, 2, 4}, at::kDouble);
};

// The authors' code: (1/B) sum_i || (x_i - x~_i)/(sigma_i sigma0^2) + g_i/sigma_i ||^2, times sigma0^4 where it is
// logged.
TEST(DenoisingScoreMatching, MdsmIsTheAuthorsLoggedValue) {
  const Case c;
  const double s0 = 0.1;
  const Tensor sigma = c.sigma.view({3, 1, 1});
  const Tensor code = ((c.x - c.noisy) / (sigma * s0 * s0) + c.gradient / sigma).pow(2).sum({1, 2}).mean();
  const ObjectiveValue value =
      DenoisingScoreMatching({.kind = "mdsm", .sigma0 = s0})(c.x, c.noisy, c.sigma, c.gradient, 3);
  testing::expect_close(value.loss.mean(), code * std::pow(s0, 4), 1e-12);
}

TEST(DenoisingScoreMatching, DsmHasNoWeight) {
  const Case c;
  const ObjectiveValue value =
      DenoisingScoreMatching({.kind = "dsm", .sigma0 = 0.5})(c.x, c.noisy, c.sigma, c.gradient, 3);
  testing::expect_close(value.loss, (c.x - c.noisy + 0.25 * c.gradient).pow(2).sum({1, 2}), 1e-12);
}

TEST(DenoisingScoreMatching, DirectionIsTheDerivativeOfTheMeanLoss) {
  for (const std::string kind : {"inverse-variance", "edm", "dsm"}) {
    const Case c;
    const bool dsm = kind == "dsm";
    const DenoisingScoreMatching objective(
        {.kind = dsm ? kind : "mdsm", .sigma0 = 0.3, .weighting = dsm ? "uniform" : kind});
    const Tensor v = objective(c.x, c.noisy, c.sigma, c.gradient, 3).direction;
    const Tensor along = at::randn_like(c.gradient);
    const double h = 1e-4;  // the loss is quadratic in the gradient: central differences are exact but for rounding
    const Tensor up = objective(c.x, c.noisy, c.sigma, c.gradient + h * along, 3).loss.mean();
    const Tensor down = objective(c.x, c.noisy, c.sigma, c.gradient - h * along, 3).loss.mean();
    testing::expect_close((v * along).sum(), (up - down) / (2 * h), 1e-8, kind.c_str());
  }
}

TEST(DenoisingScoreMatching, WeightsOfTheLevels) {
  const Case c;
  const Tensor squares = DenoisingScoreMatching({.kind = "dsm"})(c.x, c.noisy, c.sigma, c.gradient, 3).loss;
  const auto weight = [&](const std::string& name) {
    const ObjectiveOptions options{.kind = "mdsm", .weighting = name, .sigma_data = 0.5};
    return DenoisingScoreMatching(options)(c.x, c.noisy, c.sigma, c.gradient, 3).loss / squares;
  };
  const auto expected = [](double a, double b, double e) { return at::tensor({a, b, e}, at::kDouble); };
  testing::expect_close(weight("inverse-variance"), expected(100, 1, 1.0 / 9), 1e-12);
  testing::expect_close(weight("inverse-deviation"), expected(10, 1, 1.0 / 3), 1e-12);
  testing::expect_close(weight("edm"), expected(104, 5, 4 + 1.0 / 9), 1e-12);
  testing::expect_close(weight("bounded"), expected(1 / 0.26, 1 / 1.25, 1 / 9.25), 1e-12);
  testing::expect_close(weight("uniform"), expected(1, 1, 1), 1e-12);
  testing::expect_error([&] { weight("uniforn"); }, "Did you mean 'uniform'?");
  testing::expect_error([] { DenoisingScoreMatching({.sigma_data = 0}); }, "sigma_data is 0");
}

TEST(DenoisingScoreMatching, MicroBatchesShareOneMean) {
  const Case c;
  const DenoisingScoreMatching objective(ObjectiveOptions{});
  const ObjectiveValue whole = objective(c.x, c.noisy, c.sigma, c.gradient, 3);
  const ObjectiveValue part =
      objective(c.x.narrow(0, 1, 2), c.noisy.narrow(0, 1, 2), c.sigma.narrow(0, 1, 2), c.gradient.narrow(0, 1, 2), 3);
  testing::expect_close(part.direction, whole.direction.narrow(0, 1, 2), 1e-15);
  testing::expect_close(part.loss, whole.loss.narrow(0, 1, 2), 1e-15);
}

TEST(DenoisingScoreMatching, RejectsWhatDoesNotFit) {
  const Case c;
  const DenoisingScoreMatching objective(ObjectiveOptions{});
  testing::expect_error([&] { objective(c.x, c.noisy, at::ones({2}), c.gradient, 3); }, "Pass shape (3)");
  testing::expect_error([&] { objective(c.x, c.noisy.narrow(0, 0, 2), c.sigma, c.gradient, 3); }, "expected one shape");
  testing::expect_error([&] { objective(c.x, c.noisy, c.sigma, c.gradient, 2); }, "a mean over 2 data");
}

}  // namespace
}  // namespace mdsm
