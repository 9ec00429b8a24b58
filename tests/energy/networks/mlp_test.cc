#include "mdsm/energy/networks/mlp.h"

#include "mdsm/energy/graph_energy.h"
#include "support/check_energy.h"

namespace mdsm {
namespace {

using testing::test_normal;

GraphEnergy energy_of(const MlpSpec& spec) {
  return GraphEnergy(mlp_graph(spec), mlp_parameters(spec, 5).clone(at::kDouble), {.arithmetic = at::kDouble});
}

TEST(Mlp, ChecksAgainstDifferences) {
  for (Head head : {Head::quadratic, Head::linear, Head::denoising}) {
    const MlpSpec smooth{{3}, 6, 3, head, "silu", 0.5, 0.7};
    testing::check_energy(energy_of(smooth), test_normal(4, smooth.datum_shape));
    const MlpSpec kinked{{3}, 6, 3, head, "elu"};
    testing::check_energy(energy_of(kinked), test_normal(4, kinked.datum_shape), {.tolerance = 1e-6});
  }
}

// With all blocks at zero f is affine in z: E is homogeneous of degree 2 far out, where the floor does not count.
TEST(Mlp, DenoisingEnergyGrowsQuadratically) {
  const GraphEnergy energy = energy_of({{4}, 8, 2, Head::denoising});
  EXPECT_EQ(energy.parameters().at("blocks.1.b.weight").abs().max().item<double>(), 0);
  const Tensor far = 1e5 * test_normal(4, {4});
  testing::expect_close(energy.value(2 * far) / energy.value(far), at::full({4}, 4.0, at::kDouble), 1e-6);
  Graph graph(std::vector<Shape>{Shape{2}});
  testing::expect_error([&] { add_head(graph, graph.input(0), Head::denoising, "elu"); }, "takes no features");
}

// One layer and the quadratic head: E = (a.z + b1)(c.z + b2) + d.(z*z) + b3 with z = Wx + b, written out.
TEST(Mlp, OneLayerIsAQuadraticForm) {
  const GraphEnergy energy = energy_of({{2}, 3, 1});
  const Parameters& p = energy.parameters();
  const Tensor x = test_normal(4, {2});
  const Tensor z = at::einsum("bi,oi->bo", {x, p.at("layers.0.weight")}) + p.at("layers.0.bias");
  const auto form = [&](const Tensor& f, const std::string& name) {
    return (f * p.at("head." + name + ".weight")).sum(1) + p.at("head." + name + ".bias");
  };
  testing::expect_close(energy.value(x), form(z, "a") * form(z, "c") + form(z * z, "d"), 1e-13);
  const Tensor line = at::arange(-1.0, 3.0, at::kDouble).reshape({4, 1}) * test_normal(1, {2}, 1);
  const Tensor e = energy.value(line);
  // Third differences of a quadratic vanish.
  EXPECT_NEAR((e[3] - 3 * e[2] + 3 * e[1] - e[0]).item<double>(), 0, 1e-12);
}

TEST(Mlp, NamesTheNearestName) {
  EXPECT_EQ(head_from_name("linear"), Head::linear);
  testing::expect_error([] { head_from_name("quadratc"); }, "Did you mean 'quadratic'?");
  testing::expect_error([] { mlp_graph({.activation = "sliu"}); }, "Did you mean 'silu'?");
}

TEST(Mlp, GrowsQuadraticallyAndFlattensImages) {
  const GraphEnergy energy = energy_of({{1, 2, 3}, 8, 3});
  const Tensor far = 1e9 * test_normal(4, {1, 2, 3});
  testing::expect_close(energy.value(2 * far) / energy.value(far), at::full({4}, 4.0, at::kDouble), 1e-6);
  EXPECT_EQ(energy.parameters().at("layers.0.weight").sizes(), Shape({8, 6}));
  EXPECT_EQ(energy.gradient(far).sizes(), far.sizes());
}

// Checkpoints, training states and the draw of first weights count parameters in this order.
TEST(Mlp, OrderOfParametersIsFixed) {
  const auto names = [](const MlpSpec& spec) {
    const Parameters theta = mlp_parameters(spec, 0);
    std::vector<std::string> all;
    for (size_t i = 0; i < theta.size(); i += 2) {
      all.push_back(theta.name(i));
      EXPECT_EQ(theta.name(i + 1), theta.name(i).substr(0, theta.name(i).rfind('.')) + ".bias");
    }
    return all;
  };
  EXPECT_EQ(names({{3}, 4, 2}), (std::vector<std::string>{"layers.0.weight", "layers.1.weight", "head.a.weight",
                                                          "head.c.weight", "head.d.weight"}));
  EXPECT_EQ(names({{3}, 4, 1, Head::denoising}),
            (std::vector<std::string>{"in.weight", "blocks.0.a.weight", "blocks.0.b.weight", "out.weight"}));
}

TEST(Mlp, RejectsWhatItCannotBuild) {
  testing::expect_error([] { mlp_parameters({{2}, 8, 0}, 0); }, "0 layers of width 8");
  testing::expect_error([] { mlp_parameters({{2}, 0, 3}, 0); }, "3 layers of width 0");
  testing::expect_error([] { mlp_parameters({{}, 8, 3}, 0); }, "data of shape ()");
}

}  // namespace
}  // namespace mdsm
