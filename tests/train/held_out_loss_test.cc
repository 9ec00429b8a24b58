#include "mdsm/train/held_out_loss.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "support/goodness_of_fit.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

/// Noughts, then as many data at 100: the loss of the latter is larger by far at every level.
testing::TensorSource two_classes(int64_t of_each) {
  return testing::TensorSource(at::cat({at::zeros({of_each, 2}), at::full({of_each, 2}, 100.0)}));
}

// The k lowest of 256 levels hold Binomial-like many of either class: deviation at most sqrt(256)/4 = 4 where half of
// the data are looked at. Without a shuffle the lower half of the levels is all of the first class. False alarms: 2e-6.
TEST(OrderOfDataInTraining, TheLevelOfAHeldOutDatumSaysNothingOfItsClass) {
  Experiment experiment;
  experiment.train.evaluate_count = 256;
  experiment.objective.sigma0 = 0.1;
  experiment.noise.sigma_min = 0.1;
  experiment.noise.sigma_max = 3;
  const HeldOutLoss loss(two_classes(1000), experiment);
  // sigma0^2 grad E is 100 x~, so that sigma^2 loss is |x + 99 x~|^2: 2e8 for the second class, at most 3e6 for noughts.
  const DiagonalGaussianEnergy energy(at::zeros({2}), at::full({1}, 1e-4));
  const HeldOutResult found = loss(energy);
  ASSERT_EQ(found.losses.size(0), 256);
  EXPECT_TRUE(at::equal(found.sigma, std::get<0>(found.sigma.sort()))) << "levels rise";
  const Tensor high = found.losses * found.sigma.square() > 2e7;
  EXPECT_NEAR(high.sum().item<double>(), 128, testing::kSigmas * 8) << "classes in their shares";
  const double low_half = high.narrow(0, 0, 128).sum().item<double>();
  EXPECT_NEAR(low_half, high.sum().item<double>() / 2, testing::kSigmas * 4);
}

TEST(OrderOfDataInTraining, OldRunsFindWhatTheyHadSetAside) {
  EXPECT_EQ(experiment_from_json("{}", "x").data.held_out_choice, "even") << "a run that has no such key";
  EXPECT_EQ(Experiment().data.held_out_choice, "random");
}

}  // namespace
}  // namespace mdsm
