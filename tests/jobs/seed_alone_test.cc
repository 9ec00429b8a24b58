// A sample, a restoration, a score is a function of its seed and its datum: equal bits in every batch, beside every
// neighbour, on any number of threads, in float32 as in bfloat16.
#include <gtest/gtest.h>

#include <numeric>

#include "mdsm/evaluate/score_table.h"
#include "mdsm/jobs/denoising.h"
#include "mdsm/jobs/restoration.h"
#include "mdsm/sample/draw.h"
#include "support/tensor_source.h"
#include "support/threads.h"

namespace mdsm {
namespace {

using testing::Threads;

constexpr int64_t kCount = 11;

struct Case {
  std::string name;
  EnergyOptions energy;
  Shape shape;
  Precision precision;
};

std::vector<Case> cases() {
  const EnergyOptions unet{.kind = "unet", .width = 4, .multipliers = {1, 2}};
  const EnergyOptions resnet{.kind = "resnet", .width = 4, .depth = 6};
  const EnergyOptions mlp{.kind = "mlp", .width = 16, .depth = 2};
  return {{"unet_bf16", unet, {1, 16, 16}, Precision::bf16},
          {"unet_fp32", unet, {1, 16, 16}, Precision::fp32},
          {"resnet_bf16", resnet, {3, 16, 16}, Precision::bf16},
          {"resnet_fp32", resnet, {3, 16, 16}, Precision::fp32},
          {"mlp_fp32", mlp, {2}, Precision::fp32}};
}

/// As a checkpoint would give it, with first weights.
TrainedEnergy trained(const Case& what) {
  TrainedEnergy made;
  made.experiment.energy = what.energy;
  made.energy = build_energy(what.energy, what.shape, 3,
                             {.sigma0 = made.sigma0(), .precision = what.precision, .conv_choice = nullptr});
  const RandomRows row = RandomRows::slots(5, Stream::data, 0, 3);
  made.moments =
      std::make_shared<DataMoments>(DataMoments{at::full(what.shape, 0.5), 0.1 * row.normal(0, what.shape), 0.01});
  made.file = what.name;
  return made;
}

class SeedAlone : public ::testing::TestWithParam<Case> {
 protected:
  SeedAlone() : trained_(trained(GetParam())) {}
  bool of_images() const { return GetParam().shape.size() == 3; }
  Tensor data(int64_t count = kCount) const {
    return RandomRows::slots(7, Stream::data, 0, count).uniform(0, GetParam().shape);
  }
  TrainedEnergy trained_;
};

INSTANTIATE_TEST_SUITE_P(Every, SeedAlone, ::testing::ValuesIn(cases()),
                         [](const ::testing::TestParamInfo<Case>& of) { return of.param.name; });

/// Computed apart: in batches of this size, by so many threads.
struct Way {
  int64_t batch;
  int threads;
};
const std::vector<Way> kWays{{64, 1}, {16, 2}, {5, 2}, {5, 1}};

std::string text_of(const Way& way) { return fmt::format("batch {}, {} threads", way.batch, way.threads); }

TEST_P(SeedAlone, Energies) {
  const Tensor x = data(70);
  const Threads two(2);
  const ValueAndGradient whole = trained_.energy->value_and_gradient(x);
  EXPECT_TRUE(at::equal(trained_.energy->value(x), whole.value)) << "without the gradient";
  for (const int threads : {1, 2}) {
    const Threads some(threads);
    for (const int64_t count : {1, 2, 3, 5, 16, 64}) {
      for (const int64_t first : {0, 4}) {
        const ValueAndGradient part = trained_.energy->value_and_gradient(x.narrow(0, first, count));
        EXPECT_TRUE(at::equal(part.value, whole.value.narrow(0, first, count))) << count << " from " << first;
        EXPECT_TRUE(at::equal(part.gradient, whole.gradient.narrow(0, first, count))) << count << " from " << first;
      }
    }
  }
}

TEST_P(SeedAlone, SamplesOfEverySampler) {
  std::vector<uint64_t> seeds(kCount);
  std::iota(seeds.begin(), seeds.end(), 20);
  for (const std::string& name : sampler_names()) {
    SCOPED_TRACE(name);
    SampleOptions options{.sampler = name, .steps = 6, .leapfrogs = 2, .warm_up = 1};
    const auto drawn = [&](std::span<const uint64_t> some, const Way& way) {
      const Threads threads(way.threads);
      options.batch = way.batch;
      return draw_samples(*trained_.energy, options, trained_.sample_context(), some).samples;
    };
    const Tensor whole = drawn(seeds, {64, 2});
    for (const Way& way : kWays) EXPECT_TRUE(at::equal(drawn(seeds, way), whole)) << text_of(way);
    const std::span<const uint64_t> later = std::span(seeds).subspan(6);
    EXPECT_TRUE(at::equal(drawn(later, {64, 2}), whole.narrow(0, 6, kCount - 6))) << "a range of seeds";
    EXPECT_TRUE(at::equal(drawn(later.first(3), {1, 2}), whole.narrow(0, 6, 3))) << "one by one";
    EXPECT_TRUE(at::equal(drawn(later.first(3), {1, 1}), whole.narrow(0, 6, 3))) << "one by one, one thread";
  }
}

TEST_P(SeedAlone, RestorationsOfEverySolverAndTask) {
  if (!of_images()) GTEST_SKIP() << "restorations are of images";
  const Tensor truth = data(6);
  const auto restored = [&](const RestorationRequest& asked, const Tensor& images, const Way& way) {
    const Threads threads(way.threads);
    RestorationRequest request = asked;
    request.batch = way.batch;
    return restore_images(trained_, images, request);
  };
  const auto check = [&](const RestorationRequest& request) {
    const Restoration whole = restored(request, truth, {64, 2});
    for (const Way& way : {Way{5, 1}, Way{5, 2}}) {
      EXPECT_TRUE(at::equal(restored(request, truth, way).samples, whole.samples)) << text_of(way);
    }
    const Restoration few = restored(request, truth.narrow(0, 0, 2), {1, 2});
    EXPECT_TRUE(at::equal(few.samples, whole.samples.narrow(1, 0, 2))) << "fewer neighbours";
    EXPECT_TRUE(at::equal(few.classical, whole.classical.narrow(0, 0, 2))) << "the classical way";
  };
  for (const std::string& task : degradation_names()) {
    if (task.find("color") != std::string::npos && GetParam().shape[0] == 1) continue;
    SCOPED_TRACE(task);
    check({.degradation = {.task = task}, .sigma = 0.3, .solver = {.set = {"restore.steps=4"}}});
  }
  for (const std::string& solver : solver_names()) {
    SCOPED_TRACE(solver);
    check({.degradation = {.task = "inpaint"},
           .sigma = 0.3,
           .solver = {.set = {"restore.steps=4", "restore.solver=" + solver}}});
  }
}

TEST_P(SeedAlone, DenoisedImages) {
  std::vector<NamedImage> images;
  const Tensor x = data();
  for (int64_t i = 0; i < kCount; ++i) images.push_back({std::to_string(i), x[i]});
  const auto denoised = [&](const Way& way, size_t count) {
    const Threads threads(way.threads);
    DenoisingRequest request;
    request.add_noise = 0.3;
    request.batch = way.batch;
    request.options.steps = 3;
    return denoise_images(trained_, {images.begin(), images.begin() + static_cast<std::ptrdiff_t>(count)}, request);
  };
  const DenoisedImages whole = denoised({64, 2}, kCount);
  for (const Way& way : kWays) {
    const DenoisedImages other = denoised(way, kCount);
    EXPECT_TRUE(at::equal(at::cat(other.denoised), at::cat(whole.denoised))) << text_of(way);
    for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(other.figures[i].sigma, whole.figures[i].sigma) << text_of(way);
  }
  EXPECT_TRUE(at::equal(at::cat(denoised({1, 2}, 3).denoised), at::cat(whole.denoised).narrow(0, 0, 3)));
}

TEST_P(SeedAlone, EveryScore) {
  const testing::TensorSource source(data());
  const auto scored = [&](ScoreKind kind, const Way& way) {
    const Threads threads(way.threads);
    return scores(*trained_.energy, source, kind, 0.1, 3, way.batch);
  };
  const auto table = [&](const Way& way) {
    const Threads threads(way.threads);
    const ScoreTable all = score_table({*trained_.energy, 0.1, 0, way.batch}, source);
    return at::stack({all.energy, all.noisy_energy, all.gradient, all.residual});
  };
  const Tensor whole = table({64, 2});
  for (const Way& way : {Way{1, 1}, Way{5, 2}, Way{64, 1}}) {
    EXPECT_TRUE(at::equal(table(way), whole)) << text_of(way);
    for (const std::string& name : score_names()) {
      const ScoreKind kind = score_kind(name);
      EXPECT_TRUE(at::equal(scored(kind, way), scored(kind, {64, 2}))) << name << ", " << text_of(way);
    }
  }
}

}  // namespace
}  // namespace mdsm
