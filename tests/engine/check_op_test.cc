// The harness itself: it passes a right op and reports each way in which an op can be wrong.
#include "mdsm/engine/check_op.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

enum class Mistake {
  none,
  forward,
  slope,               // backward and tangent_forward agree with each other, not with forward
  adjoint,             // backward alone
  bend,                // phi'' in tangent_backward: its Hessian is as symmetric as the right one
  parameter,           // theta_bar
  parameter_cross,     // the term (f_theta,x x_dot)' y_bar of theta_bar_dot
  overwrites_inputs,   // writes to y_bar
  forgets_batch,       // mixes the data of a batch
  assumes_contiguous,  // reads memory as if it were dense
  half_precision,      // float32 passes computed in bfloat16
  no_gradient_keep,    // keeps nothing for Keep::gradient
  hides_nan,           // forward clamps NaN to a number
  hides_nan_back,      // backward does
  hides_infinity,      // forward cuts off
  spreads_nan,         // adds 0 times the rest of the batch
  divides_at_zero,     // x^4 / x
  loses_denormals,     // x^4 times 1/x, which overflows
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// y = theta x^3, theta one number; wrong as told.
class Cube final : public Op {
 public:
  explicit Cube(Mistake mistake) : mistake_(mistake) {}
  std::string name() const override { return "cube"; }
  std::vector<Shape> parameter_shapes() const override { return {{1}}; }
  Shape output_shape(const std::vector<Shape>& x) const override {
    require(x.size() == 1, "cube: one input");
    return x[0];
  }
  Reads reads(Keep keep) const override {
    return mistake_ == Mistake::no_gradient_keep && keep == Keep::gradient ? Reads::nothing : Reads::inputs;
  }

 private:
  Tensor run_forward(Point& at) const override {
    const Tensor x = mistake_ == Mistake::assumes_contiguous
                         ? at.x[0].as_strided(at.x[0].sizes(), at::empty(at.x[0].sizes()).strides())
                         : at.x[0];
    Tensor y = at.theta[0] * x * x * x;
    if (mistake_ == Mistake::forward) y = y + 1;
    if (mistake_ == Mistake::forgets_batch) y = y + x.sum();
    if (mistake_ == Mistake::hides_nan) y = y.nan_to_num(0, kInfinity, -kInfinity);
    if (mistake_ == Mistake::hides_infinity) y = y.nan_to_num(kNaN, 1, -1);
    if (mistake_ == Mistake::spreads_nan) y = y + 0 * x.sum();
    if (mistake_ == Mistake::divides_at_zero) y = y * x / x;
    if (mistake_ == Mistake::loses_denormals) y = at::where(x == 0, y, y * x * x.reciprocal());
    if (mistake_ == Mistake::half_precision && y.scalar_type() == at::kFloat) y = y.to(at::kBFloat16).to(at::kFloat);
    return y;
  }
  Tensor slope(const Point& at) const {
    if (at.x.empty()) return at.theta[0];
    return at.theta[0] * 3 * at.x[0] * at.x[0] * (mistake_ == Mistake::slope ? 1.001 : 1);
  }
  Tensors run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints&, Grads* grads) const override {
    if (grads)
      grads->add(0, (y_bar * at.x[0].pow(3)).sum().reshape({1}) * (mistake_ == Mistake::parameter ? 1.001 : 1));
    Tensor x_bar = slope(at) * y_bar * (mistake_ == Mistake::adjoint ? 1.001 : 1);
    if (mistake_ == Mistake::forgets_batch) x_bar = x_bar + y_bar.sum();
    if (mistake_ == Mistake::overwrites_inputs) y_bar.mul_(2);
    if (mistake_ == Mistake::hides_nan_back) x_bar = x_bar.nan_to_num(0, kInfinity, -kInfinity);
    return {x_bar};
  }
  Tensor run_tangent_forward(const Point& at, const Tensors& x_dot) const override {
    const Tensor y_dot = slope(at) * x_dot[0];
    return mistake_ == Mistake::forgets_batch ? y_dot + x_dot[0].sum() : y_dot;
  }
  Tensors run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                               const InputAdjoints&, Grads* grads) const override {
    const Tensor& x = at.x[0];
    const Tensor cross = (y_bar * 3 * x * x * dot.x[0]).sum().reshape({1});
    if (grads) {
      grads->add(
          0, (y_bar_dot * x.pow(3)).sum().reshape({1}) + cross * (mistake_ == Mistake::parameter_cross ? 1.001 : 1));
    }
    const double bend = mistake_ == Mistake::bend ? 6.001 : 6;
    Tensor x_bar_dot = slope(at) * y_bar_dot + at.theta[0] * bend * x * dot.x[0] * y_bar;
    if (mistake_ == Mistake::forgets_batch) x_bar_dot = x_bar_dot + y_bar_dot.sum();
    return {x_bar_dot};
  }

  Mistake mistake_;
};

CheckReport check_cube(Mistake mistake) {
  CheckOptions options;
  options.reference = [](const Tensors& x, const Tensors& theta) { return theta[0] * x[0].pow(3); };
  return check_op(Cube(mistake), {{2, 3, 4}}, options);
}

void expect_found(Mistake mistake, const std::string& text) {
  const CheckReport report = check_cube(mistake);
  EXPECT_THAT(report.text(), ::testing::HasSubstr(text)) << static_cast<int>(mistake);
}

TEST(CheckOpItself, PassesARightOp) {
  const CheckReport report = check_cube(Mistake::none);
  EXPECT_TRUE(report.passed()) << report.text();
}

TEST(CheckOpItself, FindsWrongPasses) {
  expect_found(Mistake::forward, "cube: forward: at flat index");
  expect_found(Mistake::slope, "cube: tangent_forward: at");
  expect_found(Mistake::adjoint, "<x_bar, x_dot> against <y_bar, y_dot>");
  expect_found(Mistake::bend, "cube: tangent_backward: x_bar_dot[0]: at");
  expect_found(Mistake::parameter, "cube: backward: theta_bar[0]: at");
  expect_found(Mistake::parameter_cross, "cube: tangent_backward: theta_bar_dot[0]: at");
}

TEST(CheckOpItself, FindsWrongHandling) {
  expect_found(Mistake::overwrites_inputs, "y_bar after the passes");
  expect_found(Mistake::forgets_batch, "batch of one");
  expect_found(Mistake::assumes_contiguous, "non-contiguous inputs");
  expect_found(Mistake::half_precision, "forward, float32");
  expect_found(Mistake::no_gradient_keep, "backward without parameter work");
}

TEST(CheckOpItself, FindsWhatGoesWrongAtTheEdge) {
  expect_found(Mistake::hides_nan, "float64: NaN in x[0] gives finite numbers in y[0], which depends on it");
  expect_found(Mistake::hides_nan, "NaN in theta[0] gives finite numbers in y[0]");
  expect_found(Mistake::hides_nan_back, "bfloat16: NaN in y_bar gives finite numbers in x_bar[0]");
  expect_found(Mistake::hides_infinity,
               "float64: -infinity in x[0] gives finite numbers in y[0] that are not its limit");
  expect_found(Mistake::spreads_nan, "y[0] of the other data with NaN in x[0]");
  expect_found(Mistake::divides_at_zero, "forward, float64, zeros");
  expect_found(Mistake::loses_denormals, "forward, float32, denormals");
}

TEST(CheckOpItself, SaysWhere) {
  EXPECT_THAT(check_cube(Mistake::bend).failures.at(0),
              ::testing::MatchesRegex(
                  "cube: tangent_backward: x_bar_dot\\[0\\]: at flat index .* of \\(2, 3, 4\\): .* instead of .*"
                  "\\(seed 1\\)"));
}

}  // namespace
}  // namespace mdsm
