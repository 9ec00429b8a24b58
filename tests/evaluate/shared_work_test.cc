// What the library splits over the ranks of a job comes out as it does alone, to the bit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/base/seeds.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/build.h"
#include "mdsm/energy/part_sizes.h"
#include "mdsm/evaluate/ais/bracket.h"
#include "mdsm/evaluate/noise_calibration.h"
#include "mdsm/evaluate/parts.h"
#include "mdsm/evaluate/score_table.h"
#include "mdsm/formats/file.h"
#include "mdsm/parallel/share.h"
#include "mdsm/sample/draw.h"
#include "support/rank_threads.h"
#include "support/temp_dir.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_ranks;
using testing::run_ranks;
using testing::TempDir;
using testing::TensorSource;

constexpr int64_t kDimensions = 3;
const Shape kShape{1, 16, 16};

DiagonalGaussianEnergy gaussian(double variance) {
  return {at::full({kDimensions}, 0.3, at::kDouble), at::full({1}, variance, at::kDouble)};
}

Tensor points(int64_t count) {
  return RandomRows::slots(7, Stream::data, 0, count).normal(0, {kDimensions}, at::kFloat);
}

/// A network: its kernels, unlike a formula, could round a datum otherwise beside others.
std::shared_ptr<Energy> network() {
  EnergyOptions options;
  options.width = 4;
  options.depth = 6;
  auto energy = build_energy(options, kShape, 3, {.precision = Precision::fp32});
  energy->parameters().assign(test_weights(energy->parameters()));  // first weights may be 0
  return energy;
}

void expect_same(const Drawn& found, const Drawn& expected) {
  EXPECT_TRUE(at::equal(found.samples, expected.samples));
  EXPECT_EQ(found.refused, expected.refused);
  EXPECT_EQ(found.gradients_per_sample, expected.gradients_per_sample);
  EXPECT_DOUBLE_EQ(found.mean_gradients, expected.mean_gradients);
  ASSERT_EQ(found.trace.size(), expected.trace.size());
  for (size_t i = 0; i < found.trace.size(); ++i) {
    EXPECT_EQ(found.trace[i].step, expected.trace[i].step);
    EXPECT_EQ(found.trace[i].energies, expected.trace[i].energies);
    EXPECT_NEAR(found.trace[i].mean_energy, expected.trace[i].mean_energy, 1e-9);
    EXPECT_NEAR(found.trace[i].mean_sigma, expected.trace[i].mean_sigma, 1e-9);
  }
}

class SharedWork : public ::testing::TestWithParam<int> {};

TEST_P(SharedWork, Samples) {
  const auto energy = network();
  const std::vector<uint64_t> seeds = consecutive_seeds(40, 7);
  for (const char* sampler : {"ancestral", "hmc", "langevin"}) {
    SampleOptions options;
    options.sampler = sampler;
    options.steps = 12;
    options.sigma_max = 1;
    options.sigma_min = 0.1;
    options.start = "noise";
    options.batch = 2;
    options.leapfrogs = 2;
    options.schedule = "constant";
    options.temperature = 1;
    const SampleContext context(0.1);
    const DrawHooks hooks{.trace = TraceDetail::each};
    const Drawn alone = draw_samples(*energy, options, context, seeds, hooks);
    expect_ranks(GetParam(),
                 [&](Communicator&) { expect_same(draw_samples(*energy, options, context, seeds, hooks), alone); });
  }
}

TEST_P(SharedWork, ScoresAndEnergies) {
  const auto energy = network();
  const TensorSource data(RandomRows::slots(7, Stream::data, 0, 11).normal(0, kShape, at::kFloat));
  const Tensor norms = scores(*energy, data, ScoreKind::gradient, 0.1, 0, 4);
  const Tensor energies = energies_of(*energy, data.read(std::vector<int64_t>{0, 4, 5, 6, 9}), 2);
  const Tensor gradients_alone = gradients(*energy, data, 4);
  const ScoreTable table = score_table({*energy, 0.1, 5, 4}, data);
  const auto levels = noise_calibration(*energy, data, {.sigmas = {0.1, 0.5}, .sigma0 = 0.1, .seed = 1, .batch = 4});
  expect_ranks(GetParam(), [&](Communicator&) {
    EXPECT_TRUE(at::equal(scores(*energy, data, ScoreKind::gradient, 0.1, 0, 4), norms));
    EXPECT_TRUE(at::equal(gradients(*energy, data, 4), gradients_alone));
    EXPECT_TRUE(at::equal(energies_of(*energy, data.read(std::vector<int64_t>{0, 4, 5, 6, 9}), 2), energies));
    EXPECT_TRUE(at::equal(score_table({*energy, 0.1, 5, 4}, data).noisy_energy, table.noisy_energy));
    const auto shared = noise_calibration(*energy, data, {.sigmas = {0.1, 0.5}, .sigma0 = 0.1, .seed = 1, .batch = 4});
    EXPECT_EQ(shared[1].calibration, levels[1].calibration);
  });
}

TEST_P(SharedWork, Normalisers) {
  const auto reference = gaussian(2), model = gaussian(0.5);
  const BracketOptions options{.chains = 6, .temperatures = 8, .leapfrogs = 2, .pilot_chains = 3, .batch = 4};
  const Tensor x = points(6);
  const NormaliserBracket alone = bracket_normaliser(reference, model, x, options, 3);
  expect_ranks(GetParam(), [&](Communicator&) {
    const NormaliserBracket shared = bracket_normaliser(reference, model, x, options, 3);
    EXPECT_TRUE(at::equal(shared.forward.log_weights, alone.forward.log_weights));
    EXPECT_TRUE(at::equal(shared.reverse.log_weights, alone.reverse.log_weights));
    EXPECT_TRUE(at::equal(shared.reverse.acceptance, alone.reverse.acceptance));
    EXPECT_EQ(shared.bennett.value, alone.bennett.value);
    EXPECT_EQ(shared.forward.gradients, alone.forward.gradients);
  });
}

INSTANTIATE_TEST_SUITE_P(OfRanks, SharedWork, ::testing::Values(2, 3, 8));

TEST(SharedFiles, TheLeadingRankWritesAndOneThatWorksAlone) {
  TempDir folder;
  expect_ranks(2, [&](Communicator& ranks) {
    write_file_atomically(folder / "together", fmt::format("of rank {}", ranks.rank()));
    ranks.barrier();
    const Solo alone;
    write_file_atomically(folder / fmt::format("rank{}", ranks.rank()), "mine");
  });
  EXPECT_EQ(testing::read_bytes(folder / "together"), "of rank 0");
  EXPECT_EQ(testing::read_bytes(folder / "rank1"), "mine");
}

// A part that is kept is there for ranks that cannot see the folder.
TEST(SharedFiles, KeptPartsAreReadByTheLeadingRank) {
  TempDir folder;
  const auto part = [](double value) { return std::vector<NamedArray>{{"a", at::full({2}, value, at::kDouble)}}; };
  static_cast<void>(PartStore(folder / "here", "{}").get("part", [&] { return part(1); }));
  expect_ranks(2, [&](Communicator& ranks) {
    const PartStore store(folder / (ranks.leads() ? "here" : "elsewhere"), "{}");
    const auto made = [&]() -> std::vector<NamedArray> {
      ADD_FAILURE() << "made again";
      return part(2);
    };
    EXPECT_EQ(array_of(store.get("part", made), "a")[0].item<double>(), 1);
  });
}

// One rank's trouble is its own: the others are told by the end of the job (cli/program.cc), here by waiting.
TEST(SharedFiles, AFaultInAShareIsThatRanks) {
  const auto errors = run_ranks(
      2,
      [](Communicator& ranks) {
        rows_of_all(ranks, 4, [&](const Rows& own) -> Tensor {
          if (own.first == 2) fail("this share went wrong");
          return at::zeros({own.count});
        });
      },
      0.2);
  EXPECT_THAT(errors[1], ::testing::HasSubstr("this share went wrong"));
  EXPECT_THAT(errors[0], ::testing::HasSubstr("rank 1 on "));
}

}  // namespace
}  // namespace mdsm
