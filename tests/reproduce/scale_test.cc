#include "mdsm/reproduce/scale.h"

#include <gtest/gtest.h>

#include "mdsm/run/experiment.h"
#include "support/expect_error.h"

namespace mdsm::reproduce {
namespace {

using testing::expect_error;

TEST(Scale, PicksItsCount) {
  EXPECT_EQ(Scale::parse("smoke").pick(3, 100, 5000), 3);
  EXPECT_EQ(Scale::parse("two-cores").pick(3, 100, 5000), 100);
  EXPECT_EQ(Scale::parse("1").pick(3, 100, 5000), 5000);
  EXPECT_EQ(Scale::parse("0.01").pick(3, 100, 5000), 50);
  EXPECT_EQ(Scale::parse("1e-6").pick(3, 100, 5000), 3) << "never below smoke";
}

TEST(Scale, RefusesWhatIsNone) {
  for (const char* text : {"", "0", "1.5", "-1", "nan", "0.5x", "large", "Smoke"})
    expect_error([&] { Scale::parse(text); }, "not a scale");
}

TEST(Scale, ThePapersNetworksAreThePapersFiles) {
  const Experiment paper = read_experiment(Scale::parse("0.1").experiment("mnist"));
  EXPECT_EQ(paper.energy.width, 64);
  EXPECT_EQ(paper.train.steps, 100000);
  const Experiment small = read_experiment(Scale::parse("two-cores").experiment("mnist"));
  EXPECT_EQ(small.energy.width, 16);
  EXPECT_EQ(small.energy.depth, paper.energy.depth);
  // Ours is the same at every scale.
  EXPECT_EQ(Scale::parse("1").experiment("mnist-unet"), Scale::parse("smoke").experiment("mnist-unet"));
  expect_error([] { Scale::parse("1").experiment("mnist-of-tomorrow"); }, "no experiment file");
}

TEST(Scale, ChangesWhatItMust) {
  EXPECT_TRUE(Scale::parse("two-cores").training_changes(2000).empty());
  EXPECT_TRUE(Scale::parse("1").training_changes(100000).empty());
  EXPECT_EQ(Scale::parse("0.1").training_changes(100000), (std::vector<std::string>{"--set", "train.steps=10000"}));
  const std::vector<std::string> smoke = Scale::parse("smoke").training_changes(2000);
  // Every change must be an option that there is.
  std::vector<std::string> assignments;
  for (size_t i = 1; i < smoke.size(); i += 2) assignments.push_back(smoke[i]);
  EXPECT_LT(read_experiment(Scale::parse("smoke").experiment("mnist"), assignments).train.steps, 100);
}

}  // namespace
}  // namespace mdsm::reproduce
