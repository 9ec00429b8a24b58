#include "mdsm/train/optimizer.h"

#include <gtest/gtest.h>

#include "mdsm/config/option_list.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

Parameters two_tensors() {
  Parameters parameters;
  parameters.add("a", at::ones({2, 3, 3, 3}));
  parameters.add("b", at::ones({5}));
  return parameters;
}

TEST(Optimizer, EveryNameOfTheOptionIsBuilt) {
  TrainOptions options;
  OptionList list;
  list.add_table("train", options);
  EXPECT_EQ(list.find("train", "optimizer", "").limits.choices, optimizer_names());
  for (const std::string& name : optimizer_names()) {
    options.optimizer = name;
    const auto optimizer = build_optimizer(options, two_tensors());
    for (const auto& [moment, tensor] : optimizer->state()) {
      EXPECT_EQ(tensor.numel(), 59) << moment;
      EXPECT_EQ(tensor.abs().max().item<float>(), 0) << moment;
    }
  }
  options.optimizer = "moun";
  testing::expect_error([&] { build_optimizer(options, two_tensors()); }, "Did you mean 'muon'?");
}

// The state is the optimiser's own: what is written there decides the next update.
TEST(Optimizer, TheStateIsAllThatItRemembers) {
  for (const std::string& name : optimizer_names()) {
    TrainOptions options;
    options.optimizer = name;
    const Parameters parameters = two_tensors();
    const auto one = build_optimizer(options, parameters);
    const auto other = build_optimizer(options, parameters);
    const FlatWeights theta{at::ones({59}), at::ones({59})};
    const Tensor gradient = at::linspace(-1, 2, 59);
    one->update(theta, gradient, {.number = 1, .learning_rate = 0.1});
    const FlatWeights copy{theta.weights.clone(), theta.average.clone()};
    for (size_t i = 0; i < one->state().size(); ++i) {
      EXPECT_EQ(other->state()[i].first, one->state()[i].first);
      other->state()[i].second.copy_(one->state()[i].second);
    }
    one->update(theta, gradient, {.number = 2, .learning_rate = 0.1});
    other->update(copy, gradient, {.number = 2, .learning_rate = 0.1});
    EXPECT_TRUE(at::equal(theta.weights, copy.weights)) << name;
    EXPECT_TRUE(at::equal(theta.average, copy.average)) << name;
  }
}

}  // namespace
}  // namespace mdsm
