#include "mdsm/train/muon.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

Tensor normal(uint32_t slot, const Shape& shape) {
  return RandomRows::slots(5, Stream::data, slot, 1).normal(0, shape).squeeze(0);
}

/// The five rounds as they are usually written, in float64, on a matrix of any shape.
Tensor plain_rounds(Tensor u) {
  const bool tall = u.size(0) > u.size(1);
  if (tall) u = u.t();
  for (int i = 0; i < 5; ++i) {
    const Tensor a = u.mm(u.t());
    u = 3.4445 * u + (-4.7750 * a + 2.0315 * a.mm(a)).mm(u);
  }
  return tall ? u.t() : u;
}

TEST(Muon, BringsSingularValuesNearOne) {
  // Diagonal matrices of every singular value that matters, all of norm 1 once scaled.
  const Tensor values = at::logspace(-2, -0.31, 12, 10, at::kFloat);
  const Tensor rest = (1 - values.pow(2)).sqrt();
  Tensor u = at::zeros({12, 2, 3});
  for (int64_t i = 0; i < 12; ++i) {
    u[i][0][0] = values[i];
    u[i][1][1] = rest[i];
  }
  const Tensor singular = at::linalg_svdvals(orthogonalised(u));
  EXPECT_GT(singular.min().item<float>(), 0.67);
  EXPECT_LT(singular.max().item<float>(), 1.14);
  // What is far smaller grows by 3.4445^5 = 485 and no more.
  const Tensor tiny = at::tensor({1e-5F, 0.F, 0.F, 1.F}).view({1, 2, 2});
  EXPECT_NEAR(orthogonalised(tiny)[0][0][0].item<float>(), 485e-5, 5e-5);
}

TEST(Muon, GramFormIsThePlainIteration) {
  for (const Shape& shape : std::vector<Shape>{{16, 144}, {64, 64}, {3, 9}}) {
    Tensor u = normal(1, shape);
    u = u / u.norm();
    testing::expect_close(orthogonalised(u.unsqueeze(0))[0], plain_rounds(u.to(at::kDouble)), 2e-3);
  }
  testing::expect_error([] { orthogonalised(at::zeros({1, 3, 2})); }, "rows <= columns");
}

/// A stem, two hidden convolutions (one wide, one tall), a 1x1, an output convolution, biases, and a head.
Parameters network() {
  Parameters p;
  const std::vector<std::pair<std::string, Shape>> shapes{
      {"stem.weight", {8, 1, 3, 3}}, {"stem.bias", {8}}, {"a.weight", {8, 8, 3, 3}},
      {"b.weight", {80, 8, 3, 3}},   {"b.bias", {80}},   {"skip.weight", {8, 80, 1, 1}},
      {"out.weight", {1, 8, 3, 3}},  {"out.bias", {1}},  {"head.weight", {4, 8}}};
  uint32_t slot = 10;
  for (const auto& [name, shape] : shapes) p.add(name, normal(slot++, shape));
  return p;
}

FlatWeights flat_of(const Parameters& p) {
  const Tensor flat = p.pack();
  return {flat, flat.clone()};
}

TEST(Muon, TakesTheHiddenConvolutions) {
  const Parameters p = network();
  Muon muon({}, p);
  EXPECT_EQ(muon.count(), 3);
  ASSERT_EQ(muon.others().size(), 3U);  // stem; b.bias; out and head
  EXPECT_EQ(muon.others()[0].begin, 0);
  EXPECT_EQ(muon.others()[0].end, 80);
  EXPECT_EQ(muon.others()[1].end - muon.others()[1].begin, 80);
  EXPECT_EQ(muon.others()[2].end, p.scalar_count());
}

// method.md's prototype, tensor by tensor; float64 but for the storage.
TEST(Muon, FollowsThePrototype) {
  const Parameters p = network();
  const Parameters start = p.clone(at::kDouble);
  const FlatWeights state = flat_of(p);
  const Parameters twin = p.clone(at::kFloat);
  const FlatWeights adam = flat_of(twin);
  Adam adams({}, twin);
  Muon muon({}, p);
  Tensors momenta;
  Tensors weights;
  Tensors averages;
  for (size_t i = 0; i < p.size(); ++i) {
    momenta.push_back(at::zeros_like(start[i]));
    weights.push_back(start[i].clone());
    averages.push_back(start[i].clone());
  }
  for (int64_t t = 1; t <= 3; ++t) {
    const UpdateStep step{.number = t, .learning_rate = 0.01, .gradient_scale = 0.5, .average_decay = 0.9};
    const Gradients gradients = Gradients::zeros_like(p);
    gradients.flat().copy_(normal(static_cast<uint32_t>(100 + t), {p.scalar_count()}));
    muon.update(state, gradients.flat(), step);
    adams.update(adam, gradients.flat(), step);
    for (size_t i = 0; i < p.size(); ++i) {
      if (!Muon::takes(p[i])) continue;
      const Tensor g = 0.5 * gradients[i].to(at::kDouble);
      momenta[i] = at::lerp(momenta[i], g, 0.05);
      Tensor u = at::lerp(g, momenta[i], 0.95).flatten(1);
      u = plain_rounds(u / (u.norm() + 1e-7));
      const double size = 0.2 * std::sqrt(static_cast<double>(std::max(u.size(0), u.size(1))));
      weights[i] = weights[i] - 0.01 * size * u.reshape(p[i].sizes());
      averages[i] = at::lerp(weights[i], averages[i], 0.9);
    }
  }
  int64_t offset = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    const int64_t begin = std::exchange(offset, offset + p[i].numel());
    const auto part = [&](const Tensor& flat) { return flat.narrow(0, begin, p[i].numel()).view(p[i].sizes()); };
    if (Muon::takes(p[i])) {
      const Tensor moved = part(state.weights).to(at::kDouble) - start[i];
      testing::expect_close(moved, weights[i] - start[i], 2e-3, p.name(i).c_str());
      testing::expect_close(part(state.average), averages[i], 1e-4, p.name(i).c_str());
      EXPECT_EQ(part(muon.state().at(1).second).abs().max().item<float>(), 0);
    } else {
      EXPECT_TRUE(at::equal(part(state.weights), part(adam.weights))) << p.name(i);
      EXPECT_TRUE(at::equal(part(state.average), part(adam.average))) << p.name(i);
    }
  }
}

TEST(Muon, AZeroGradientMovesNothing) {
  const Parameters p = network();
  const Tensor before = p.pack().clone();
  const FlatWeights state = flat_of(p);
  Muon({}, p).update(state, at::zeros_like(before), {.learning_rate = 1});
  EXPECT_TRUE(at::equal(state.weights, before));
}

TEST(Muon, RejectsWhatDoesNotFit) {
  const Parameters p = network();
  const FlatWeights state = flat_of(p);
  Muon muon({}, p);
  testing::expect_error([&] { muon.update(state, at::zeros({3}), {}); }, "flat storage of shape (3)");
  testing::expect_error([&] { muon.update(state, at::zeros({p.scalar_count()}, at::kDouble), {}); }, "float32");
}

}  // namespace
}  // namespace mdsm
