// CardEnergy on a machine without a card: what is "there" is the same network on the CPU, what is recorded a list of calls.
#include "mdsm/energy/card_energy.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "mdsm/base/rng.h"
#include "mdsm/energy/build.h"
#include "mdsm/system/device.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

const EnergyOptions kNetwork{.kind = "resnet", .width = 8, .depth = 6};
const Shape kDatum{1, 8, 8};

/// Counts what is recorded and replayed; a replay does the work again.
struct Counts {
  int recorded = 0;
  int replayed = 0;
};

class Again final : public CudaGraph {
 public:
  Again(std::function<void()> work, Counts& counts) : work_(std::move(work)), counts_(counts) {}
  void replay() override {
    ++counts_.replayed;
    work_();
  }

 private:
  std::function<void()> work_;
  Counts& counts_;
};

class CardEnergyTest : public ::testing::Test {
 protected:
  std::shared_ptr<Energy> build() const {
    return build_energy(kNetwork, kDatum, 3, {.precision = Precision::fp32, .conv_choice = nullptr});
  }
  RecordWork record() {
    return [this](const std::function<void()>& work) {
      ++counts_.recorded;
      work();
      return std::make_unique<Again>(work, counts_);
    };
  }
  static Tensor batch(int64_t count, uint32_t step) {
    return RandomRows::slots(9, Stream::data, 0, count).normal(step, kDatum);
  }

  Counts counts_;
  std::shared_ptr<Energy> host_ = build(), there_ = build();
  CardEnergy card_{host_, there_, record()};
};

TEST_F(CardEnergyTest, GivesTheSameNumbersRecordedOrNot) {
  const CardEnergy plain(host_, there_, {});
  for (int64_t count : {5, 3, 5, 5, 3}) {
    const Tensor x = batch(count, static_cast<uint32_t>(count));
    const ValueAndGradient expected = there_->value_and_gradient(x), recorded = card_.value_and_gradient(x);
    EXPECT_TRUE(recorded.value.equal(expected.value));
    EXPECT_TRUE(recorded.gradient.equal(expected.gradient));
    EXPECT_TRUE(plain.value_and_gradient(x).gradient.equal(expected.gradient));
    EXPECT_TRUE(card_.value(x).equal(there_->value(x)));
  }
  EXPECT_EQ(counts_.recorded, 2);  // two shapes
  EXPECT_EQ(counts_.replayed, 5);
}

TEST_F(CardEnergyTest, ResultsAreNotOverwrittenByTheNext) {
  const ValueAndGradient first = card_.value_and_gradient(batch(4, 0));
  const Tensor value = first.value.clone(), gradient = first.gradient.clone();
  card_.value_and_gradient(batch(4, 1));
  EXPECT_TRUE(first.value.equal(value));
  EXPECT_TRUE(first.gradient.equal(gradient));
}

TEST_F(CardEnergyTest, ForgetsShapesBeforeTheyFillTheCard) {
  for (int64_t count = 1; count <= 9; ++count) card_.value_and_gradient(batch(count, 0));
  const Tensor x = batch(1, 0);
  EXPECT_TRUE(card_.value_and_gradient(x).gradient.equal(there_->gradient(x)));
  EXPECT_EQ(counts_.recorded, 10);  // the first again
}

TEST_F(CardEnergyTest, LinearizesAsTheEnergyDoes) {
  const Tensor x = batch(4, 0), v = batch(4, 1), weights = at::arange(4, at::kFloat);
  const std::unique_ptr<Linearization> here = card_.linearize(x), there = there_->linearize(x);
  EXPECT_TRUE(here->value().equal(there->value()));
  EXPECT_TRUE(here->gradient().equal(there->gradient()));
  EXPECT_TRUE(here->hessian_vector(v).equal(there->hessian_vector(v)));
  Gradients sum = Gradients::zeros_like(card_.parameters()), expected = Gradients::zeros_like(there_->parameters());
  for (int i = 0; i < 2; ++i) {  // adds
    here->pull_back(v, sum);
    there->pull_back(v, expected);
  }
  here->pull_back_value(weights, sum);
  there->pull_back_value(weights, expected);
  testing::expect_close(sum.flat(), expected.flat(), 1e-6, "gradients of parameters");
}

TEST_F(CardEnergyTest, RejectsWhatTheEnergyRejects) {
  testing::expect_error([&] { card_.value_and_gradient(at::zeros({2, 3})); }, "energy");
  testing::expect_error([&] { card_.value_and_gradient(batch(2, 0).to(at::kDouble)); }, "Convert it");
}

// On a card, where there is one.

TEST(CudaEnergy, GivesWhatTheHostGivesRecordedOrNot) {
  c10::Device card = c10::kCPU;
  try {
    card = device_from_name("cuda", "device");
  } catch (const Error& none) {
    GTEST_SKIP() << none.what();
  }
  const std::shared_ptr<Energy> host = build_energy(kNetwork, kDatum, 3, {.precision = Precision::fp32});
  const Graph graph = energy_graph(kNetwork, kDatum);
  for (const auto& [precision, tolerance] : {std::pair{Precision::fp32, 1e-4}, std::pair{Precision::bf16, 5e-2}}) {
    const std::shared_ptr<Energy> recorded = energy_on_card(graph, host, precision, card);
    ::setenv("MDSM_CUDA_GRAPHS", "off", 1);
    const std::shared_ptr<Energy> plain = energy_on_card(graph, host, precision, card);
    ::unsetenv("MDSM_CUDA_GRAPHS");
    for (uint32_t step = 0; step < 3; ++step) {
      const Tensor x = RandomRows::slots(9, Stream::data, 0, 6).normal(step, kDatum);
      const ValueAndGradient expected = host->value_and_gradient(x), at = recorded->value_and_gradient(x);
      testing::expect_close(at.gradient, expected.gradient, tolerance, "gradient");
      testing::expect_close(at.value, expected.value, tolerance, "value");
      EXPECT_TRUE(at.gradient.equal(plain->value_and_gradient(x).gradient));
      Gradients there = Gradients::zeros_like(host->parameters()), here = Gradients::zeros_like(host->parameters());
      recorded->linearize(x)->pull_back(x, there);
      host->linearize(x)->pull_back(x, here);
      testing::expect_close(there.flat(), here.flat(), tolerance, "gradient of the parameters");
    }
  }
}

}  // namespace
}  // namespace mdsm
