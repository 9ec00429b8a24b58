#include "mdsm/energy/composed/compose.h"

#include "mdsm/energy/autograd_energy.h"
#include "mdsm/energy/composed/joint.h"
#include "mdsm/energy/composed/product.h"
#include "support/check_energy.h"
#include "support/oracle_networks.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::test_normal;

MlpSpec spec_of(int64_t dimension) { return {{dimension}, 5, 2, Head::quadratic, "silu"}; }

std::shared_ptr<Energy> network(int64_t dimension, uint64_t seed) {
  const MlpSpec spec = spec_of(dimension);
  return std::make_shared<AutogradEnergy>(
      [spec](const Tensor& x, const Parameters& theta) { return testing::mlp_energy(spec, x, theta); },
      mlp_parameters(spec, seed).clone(at::kDouble), spec.datum_shape);
}

/// |x - 1|^2 / 2, without parameters.
std::shared_ptr<Energy> bowl(int64_t dimension) {
  return std::make_shared<AutogradEnergy>([](const Tensor& x, const Parameters&) { return (x - 1).pow(2).sum(1) / 2; },
                                          Parameters{}, Shape{dimension});
}

/// The parameters of part `index`, under the names that they have in the part.
Parameters part_of(const Parameters& theta, size_t index) {
  const std::string prefix = std::to_string(index) + ".";
  Parameters part;
  for (size_t i = 0; i < theta.size(); ++i) {
    if (theta.name(i).starts_with(prefix)) part.add(theta.name(i).substr(prefix.size()), theta[i]);
  }
  return part;
}

/// A composed energy gives what one callable of the same formula gives, in every pass.
void expect_same_as(const Energy& composed, EnergyFunction formula) {
  const AutogradEnergy whole(std::move(formula), composed.parameters(), composed.datum_shape());
  const Tensor x = test_normal(4, composed.datum_shape());
  const Tensor v = test_normal(4, composed.datum_shape(), 1);
  const Tensor weights = test_normal(4, {1}, 2).flatten();
  const auto actual = composed.linearize(x);
  const auto expected = whole.linearize(x);
  expect_close(actual->value(), expected->value(), 1e-13, "value");
  expect_close(actual->gradient(), expected->gradient(), 1e-13, "gradient");
  Gradients actual_out = Gradients::zeros_like(composed.parameters());
  Gradients expected_out = Gradients::zeros_like(composed.parameters());
  actual->pull_back(v, actual_out);
  expected->pull_back(v, expected_out);
  expect_close(actual_out.flat(), expected_out.flat(), 1e-12, "pull_back");
  actual->pull_back_value(weights, actual_out);
  expected->pull_back_value(weights, expected_out);
  expect_close(actual_out.flat(), expected_out.flat(), 1e-12, "pull_back_value");
  expect_close(actual->hessian_vector(v), expected->hessian_vector(v), 1e-12, "hessian_vector");
}

TEST(Compose, Sum) {
  const SumEnergy energy({network(3, 1), bowl(3), network(3, 2)}, {1.5, 0.5, -0.25});
  testing::check_energy(energy, test_normal(3, {3}));
  expect_same_as(energy, [](const Tensor& x, const Parameters& theta) {
    return 1.5 * testing::mlp_energy(spec_of(3), x, part_of(theta, 0)) + 0.25 * (x - 1).pow(2).sum(1) -
           0.25 * testing::mlp_energy(spec_of(3), x, part_of(theta, 2));
  });
  const Tensor x = test_normal(3, {3});
  const auto first = network(3, 1);
  expect_close(SumEnergy({first, bowl(3)}).value(x), first->value(x) + bowl(3)->value(x), 1e-15, "weights of 1");
}

TEST(Compose, Product) {
  const ProductEnergy energy(network(3, 1), network(3, 2));
  testing::check_energy(energy, test_normal(3, {3}));
  expect_same_as(energy, [](const Tensor& x, const Parameters& theta) {
    return testing::mlp_energy(spec_of(3), x, part_of(theta, 0)) *
           testing::mlp_energy(spec_of(3), x, part_of(theta, 1));
  });
}

TEST(Compose, Tempered) {
  const TemperedEnergy energy(network(3, 1), 2.5);
  testing::check_energy(energy, test_normal(3, {3}));
  expect_same_as(
      energy, [](const Tensor& x, const Parameters& theta) { return testing::mlp_energy(spec_of(3), x, theta) / 2.5; });
}

TEST(Compose, Joint) {
  const JointEnergy energy({network(3, 1), bowl(1), network(2, 2)});
  EXPECT_EQ(energy.datum_shape(), Shape({6}));
  testing::check_energy(energy, test_normal(3, {6}));
  expect_same_as(energy, [](const Tensor& x, const Parameters& theta) {
    return testing::mlp_energy(spec_of(3), x.narrow(1, 0, 3), part_of(theta, 0)) +
           (x.narrow(1, 3, 1) - 1).pow(2).sum(1) / 2 +
           testing::mlp_energy(spec_of(2), x.narrow(1, 4, 2), part_of(theta, 2));
  });
}

TEST(Compose, Nested) {
  const auto inner =
      std::make_shared<ProductEnergy>(network(2, 1), std::make_shared<TemperedEnergy>(network(2, 2), 0.5));
  const SumEnergy energy(
      {inner, std::make_shared<JointEnergy>(std::vector<std::shared_ptr<Energy>>{bowl(1), network(1, 3)})});
  testing::check_energy(energy, test_normal(2, {2}));
}

TEST(Compose, ParametersAreThePartsOwn) {
  const auto first = network(3, 1);
  const auto second = network(3, 2);
  const SumEnergy energy({first, bowl(3), second});
  ASSERT_EQ(energy.parameters().size(), 2 * first->parameters().size());
  EXPECT_EQ(energy.parameters().name(0), "0.layers.0.weight");
  EXPECT_TRUE(energy.parameters().at("2.head.a.weight").is_same(second->parameters().at("head.a.weight")));
  const TemperedEnergy tempered(first, 2);
  EXPECT_EQ(tempered.parameters().name(0), "layers.0.weight");
}

TEST(Compose, RejectsPartsThatDoNotFit) {
  using Parts = std::vector<std::shared_ptr<Energy>>;
  const auto shared = network(3, 1);
  testing::expect_error([] { SumEnergy({}); }, "no energies");
  testing::expect_error([&] { SumEnergy({shared, nullptr}); }, "part 1 is empty");
  testing::expect_error([&] { SumEnergy({shared, network(2, 1)}); }, "part 1 takes data of (2), part 0 of (3)");
  testing::expect_error([&] { SumEnergy({shared, bowl(3)}, {1.0}); }, "1 weights for 2 energies");
  testing::expect_error([&] { ProductEnergy(shared, shared); }, "part 1 shares parameters");
  testing::expect_error(
      [&] {
        JointEnergy({shared, std::make_shared<TemperedEnergy>(shared, 2)});
      },
      "part 1 shares parameters");
  testing::expect_error([&] { TemperedEnergy(shared, 0); }, "the temperature is 0");
  testing::expect_error([] { TemperedEnergy(nullptr, 1); }, "the energy is empty");
  const auto zero = [](const Tensor& x, const Parameters&) { return 0 * sum_per_datum(x); };
  const auto image = std::make_shared<AutogradEnergy>(zero, Parameters{}, Shape{1, 2, 2});
  testing::expect_error([&] { JointEnergy(Parts{image, bowl(1)}); }, "part 1 takes data of (1) beside (1, 2, 2)");
  EXPECT_NO_THROW(SumEnergy(Parts{bowl(3), bowl(3)}));
}

}  // namespace
}  // namespace mdsm
