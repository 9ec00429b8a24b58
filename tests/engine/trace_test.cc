// What a trace keeps, and for how long.
#include "mdsm/engine/trace.h"

#include <gtest/gtest.h>

#include "mdsm/engine/layers.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using WeakTensor = c10::weak_intrusive_ptr<at::TensorImpl>;

/// y = x; remembers y without keeping it alive, and asks `when_run` at its turn.
class Probe final : public Op {
 public:
  Probe(std::vector<WeakTensor>& seen, std::function<void()> when_run) : seen_(seen), when_run_(std::move(when_run)) {}
  std::string name() const override { return "probe"; }
  Shape output_shape(const std::vector<Shape>& x) const override { return x.at(0); }
  Reads reads(Keep) const override { return Reads::nothing; }

 private:
  Tensor run_forward(Point& at) const override {
    when_run_();
    Tensor y = at.x[0].clone();
    seen_.emplace_back(y.getIntrusivePtr());
    return y;
  }
  Tensors run_backward(const Point&, const Tensor& y_bar, const InputAdjoints&, Grads*) const override {
    return {y_bar};
  }
  Tensor run_tangent_forward(const Point&, const Tensors& x_dot) const override { return x_dot[0]; }
  Tensors run_tangent_backward(const Point&, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                               const InputAdjoints&, Grads*) const override {
    return {y_bar_dot};
  }

  std::vector<WeakTensor>& seen_;
  std::function<void()> when_run_;
};

/// probe -> convolution -> probe -> head: is the convolution's input alive at the second probe, and after the run?
std::vector<bool> alive(Keep keep) {
  std::vector<WeakTensor> seen;
  std::vector<bool> states;
  const auto look = [&] { states.push_back(!seen.empty() && !seen[0].expired()); };
  Graph graph({{1, 4, 4}});
  const Slot first = graph.add(std::make_shared<Probe>(seen, [] {}), {graph.input(0)});
  const Slot conv = add_conv(graph, first, conv3x3(1, 1), Bias::none, "conv");
  const Slot second = graph.add(std::make_shared<Probe>(seen, look), {conv});
  add_linear_head(graph, second, "head");
  Parameters theta;
  for (const auto& [name, shape] : graph.parameters()) theta.add(name, at::ones(shape));
  const Program program(graph, theta, at::kFloat);
  const Trace trace(program, theta, {at::ones({2, 1, 4, 4})}, keep);
  look();
  return states;
}

TEST(Trace, KeepsNoMoreThanTheLaterPassesRead) {
  EXPECT_EQ(alive(Keep::nothing), (std::vector<bool>{false, false}));
  EXPECT_EQ(alive(Keep::gradient), (std::vector<bool>{false, false}));
  EXPECT_EQ(alive(Keep::linearization), (std::vector<bool>{true, true}));
}

TEST(Trace, RefusesASecondPassThatWasNotKeptFor) {
  Graph graph(std::vector<Shape>{Shape{2}});
  add_linear_head(graph, graph.input(0), "head");
  Parameters theta;
  for (const auto& [name, shape] : graph.parameters()) theta.add(name, at::ones(shape));
  const Program program(graph, theta, at::kFloat);
  const Trace trace(program, theta, {at::ones({1, 2})}, Keep::gradient);
  Gradients out = Gradients::zeros_like(theta);
  testing::expect_error([&] { trace.pull_back({at::ones({1, 2})}, out); }, "not kept for it");
}

}  // namespace
}  // namespace mdsm
