#include "mdsm/energy/autograd_energy.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/intrusive_ptr.h>

#include "support/check_energy.h"

namespace mdsm {
namespace {

using testing::test_normal;

/// E = sum_i sin(k.x)_i^2 + b, a smooth function of both x (B, 3) and theta = {k (4, 3), b (1)}; grad E does not
/// involve b.
Tensor waves(const Tensor& x, const Parameters& theta) {
  return at::matmul(x, theta.at("k").t()).sin().pow(2).sum(1) + theta.at("b");
}

Parameters wave_parameters(at::ScalarType type = at::kDouble) {
  Parameters theta;
  theta.add("k", test_normal(4, {3}, 1, type));
  theta.add("b", at::full({1}, 0.3, type));
  return theta;
}

TEST(AutogradEnergy, ChecksAgainstDifferences) {
  testing::check_energy(AutogradEnergy(waves, wave_parameters(), {3}), test_normal(5, {3}));
}

TEST(AutogradEnergy, OneDatumAndStridedInput) {
  const AutogradEnergy energy(waves, wave_parameters(), {3});
  testing::check_energy(energy, test_normal(1, {3}));
  const Tensor strided = test_normal(3, {5}).t().contiguous().t().narrow(1, 1, 3);
  ASSERT_FALSE(strided.is_contiguous());
  testing::expect_consistent_calls(energy, strided);
  EXPECT_TRUE(energy.gradient(strided).is_contiguous());
  EXPECT_TRUE(at::equal(energy.gradient(strided), energy.gradient(strided.contiguous())));
}

// E = x'Ax/2 + c has the gradient (A + A')x/2 and d<v, grad E>/dA = (v x' + x v')/2.
TEST(AutogradEnergy, QuadraticFormKnown) {
  Parameters theta;
  theta.add("A", test_normal(3, {3}, 2));
  const AutogradEnergy energy(
      [](const Tensor& x, const Parameters& p) { return 0.5 * (at::matmul(x, p.at("A")) * x).sum(1); }, theta, {3});
  const Tensor x = test_normal(4, {3});
  const Tensor v = test_normal(4, {3}, 3);
  const auto at = energy.linearize(x);
  testing::expect_close(at->gradient(), 0.5 * at::matmul(x, theta[0] + theta[0].t()), 1e-14);
  Gradients out = Gradients::zeros_like(theta);
  at->pull_back(v, out);
  testing::expect_close(out[0], 0.5 * (at::matmul(v.t(), x) + at::matmul(x.t(), v)), 1e-14);
}

TEST(AutogradEnergy, FloatAgreesWithDouble) {
  const AutogradEnergy exact(waves, wave_parameters(), {3});
  const AutogradEnergy rounded(waves, exact.parameters().clone(at::kFloat), {3});
  const Tensor x = test_normal(6, {3});
  const Tensor v = test_normal(6, {3}, 3);
  testing::expect_consistent_calls(rounded, x.to(at::kFloat));
  Gradients expected = Gradients::zeros_like(exact.parameters());
  Gradients actual = Gradients::zeros_like(rounded.parameters());
  exact.linearize(x)->pull_back(v, expected);
  rounded.linearize(x.to(at::kFloat))->pull_back(v.to(at::kFloat), actual);
  testing::expect_close(rounded.gradient(x.to(at::kFloat)), exact.gradient(x), 1e-5);
  testing::expect_close(actual.flat(), expected.flat(), 1e-5);
  testing::expect_error([&] { rounded.gradient(x); }, "the parameters are Float");
}

TEST(AutogradEnergy, CallersModeDoesNotMatter) {
  const AutogradEnergy energy(waves, wave_parameters(), {3});
  const Tensor x = test_normal(2, {3});
  const Tensor expected = energy.gradient(x);
  Gradients once = Gradients::zeros_like(energy.parameters());
  energy.linearize(x)->pull_back(x, once);
  const auto expect_same = [&](const Tensor& input) {
    Gradients out = Gradients::zeros_like(energy.parameters());
    EXPECT_TRUE(at::equal(energy.gradient(input), expected));
    const auto at = energy.linearize(input);
    at->pull_back(input, out);
    at->pull_back_value(at->value(), out);
    EXPECT_TRUE(at::equal(at->gradient(), expected));
    EXPECT_NE(out[1].item<double>(), 0);
    out[1].zero_();
    Gradients weighted = Gradients::zeros_like(energy.parameters());
    at->pull_back_value(at->value(), weighted);
    testing::expect_close(out[0] - weighted[0], once[0], 1e-13);
  };
  {
    const c10::NoGradGuard off;
    expect_same(x);
    EXPECT_FALSE(c10::GradMode::is_enabled());
  }
  {
    const c10::InferenceMode inference;
    expect_same(x.clone());
    EXPECT_TRUE(c10::InferenceMode::is_enabled());
  }
  EXPECT_TRUE(c10::GradMode::is_enabled());
  expect_same(x.clone().requires_grad_(true));
}

// The callable sees what the calls record: nothing for value, x for gradient, x and theta for linearize.
TEST(AutogradEnergy, RecordsOnlyWhatTheCallNeeds) {
  Parameters theta = wave_parameters();
  theta[0].requires_grad_(true);
  const Tensor captured = at::ones({1}, at::kDouble).requires_grad_(true);
  bool of_captured = true;
  bool of_x = false;
  bool of_theta = false;
  const AutogradEnergy energy(
      [&](const Tensor& x, const Parameters& p) {
        of_captured = (captured * 1).requires_grad();
        of_x = (x * 1).requires_grad();
        of_theta = (p[0] * 1).requires_grad();
        return waves(x, p);
      },
      theta, {3});
  const Tensor x = test_normal(2, {3});
  const auto expect_recorded = [&](bool x_expected, bool theta_expected) {
    EXPECT_EQ(of_x, x_expected);
    EXPECT_EQ(of_theta, theta_expected);
  };
  energy.value(x);
  expect_recorded(false, false);
  EXPECT_FALSE(of_captured);
  energy.gradient(x);
  expect_recorded(true, false);
  energy.value_and_gradient(x);
  expect_recorded(true, false);
  energy.linearize(x);
  expect_recorded(true, true);
  EXPECT_FALSE(theta[0].grad().defined());
}

TEST(AutogradEnergy, GradientKeepsNothing) {
  c10::weak_intrusive_ptr<c10::TensorImpl> hidden(Tensor().getIntrusivePtr());
  const AutogradEnergy energy(
      [&](const Tensor& x, const Parameters& p) {
        const Tensor z = at::matmul(x, p[0].t());
        hidden = c10::weak_intrusive_ptr<c10::TensorImpl>(z.getIntrusivePtr());
        return z.sin().pow(2).sum(1) + p[1];
      },
      wave_parameters(), {3});
  const Tensor x = test_normal(2, {3});
  const ValueAndGradient kept = energy.value_and_gradient(x);
  EXPECT_TRUE(hidden.expired());
  auto at = energy.linearize(x);
  EXPECT_FALSE(hidden.expired());
  at.reset();
  EXPECT_TRUE(hidden.expired());
}

TEST(AutogradEnergy, ResultsShareNothing) {
  const AutogradEnergy coordinate([](const Tensor& x, const Parameters&) { return x.flatten(); }, {}, {1});
  const Tensor x = at::ones({3, 1}, at::kDouble);
  coordinate.value(x).zero_();
  EXPECT_TRUE(at::equal(x, at::ones({3, 1}, at::kDouble)));

  const AutogradEnergy energy(waves, wave_parameters(), {3});
  const Tensor y = test_normal(2, {3});
  const auto at = energy.linearize(y);
  Gradients expected = Gradients::zeros_like(energy.parameters());
  at->pull_back(y, expected);
  at->gradient().mul(1).zero_();
  Tensor handle = at->gradient();
  handle.zero_();
  Gradients actual = Gradients::zeros_like(energy.parameters());
  at->pull_back(y, actual);
  EXPECT_TRUE(at::equal(actual.flat(), expected.flat()));
}

TEST(AutogradEnergy, ConstantsAndMissingParameters) {
  const Tensor x = test_normal(2, {3});
  const AutogradEnergy flat([](const Tensor& y, const Parameters&) { return at::ones({y.size(0)}, y.options()); }, {},
                            {3});
  EXPECT_TRUE(at::equal(flat.gradient(x), at::zeros_like(x)));
  Gradients none = Gradients::zeros_like(flat.parameters());
  flat.linearize(x)->pull_back(x, none);

  // grad E is a constant: the second pass has nothing to add.
  Parameters theta = wave_parameters();
  const AutogradEnergy linear([](const Tensor& y, const Parameters& p) { return y.sum(1) + p.at("b"); }, theta, {3});
  Gradients out = Gradients::zeros_like(theta);
  linear.linearize(x)->pull_back(x, out);
  EXPECT_TRUE(at::equal(linear.gradient(x), at::ones_like(x)));
  EXPECT_TRUE(at::equal(out.flat(), at::zeros_like(out.flat())));
}

TEST(AutogradEnergy, FollowsParametersThatArePacked) {
  const AutogradEnergy energy(waves, wave_parameters(), {3});
  const Tensor x = test_normal(2, {3});
  Parameters theta = energy.parameters();
  Tensor flat = theta.pack();
  flat.zero_();
  EXPECT_TRUE(at::equal(energy.value(x), at::zeros({2}, at::kDouble)));
}

TEST(AutogradEnergy, RejectsBadCallables) {
  testing::expect_error([] { AutogradEnergy({}, {}, {3}); }, "the function is empty");
  const AutogradEnergy total([](const Tensor& x, const Parameters&) { return x.sum(); }, {}, {3});
  testing::expect_error([&] { total.gradient(test_normal(2, {3})); }, "the function gave shape ()");
  Parameters mixed = wave_parameters();
  mixed.add("c", at::zeros({1}, at::kFloat));
  testing::expect_error([&] { AutogradEnergy(waves, mixed, {3}); }, "'c' differs from 'k'");
}

}  // namespace
}  // namespace mdsm
