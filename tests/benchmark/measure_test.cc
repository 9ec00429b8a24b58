#include "mdsm/benchmark/measure.h"

#include <gtest/gtest.h>

#include "benchmark/tiny_case.h"
#include "mdsm/energy/graph_energy.h"

namespace mdsm {
namespace {

// Times themselves depend on the machine: what follows from them must hold.
TEST(Measure, TellsTimesAndWhatFollows) {
  const BenchmarkCase tiny = testing::tiny_case();
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const GraphOptions graph{.arithmetic = type};
    const BenchmarkResult result = measure(tiny, {.runs = 3, .graph = graph});
    EXPECT_EQ(result.name, "tiny");
    EXPECT_EQ(result.precision, type == at::kFloat ? "fp32" : "bf16");
    EXPECT_GT(result.step.min, 0);
    EXPECT_GE(result.step.median, result.step.min);
    EXPECT_GT(result.gradient.min, 0);
    EXPECT_GE(result.gradient.median, result.gradient.min);
    EXPECT_DOUBLE_EQ(result.images_per_s, 4 / result.step.min);
    EXPECT_DOUBLE_EQ(result.step_gflop, 1e-9 * GraphEnergy(tiny.graph(), tiny.parameters(1), graph).step_flops(4));
    EXPECT_GE(result.steady.page_faults, 0);
    EXPECT_GE(result.steady.requested_bytes, 0);
  }
}

TEST(Measure, FindsAPeakThatAConvolutionCanReach) {
  const double peak = convolution_peak(at::kFloat);
  EXPECT_GT(peak, 0.1);
  EXPECT_LT(peak, 1e6);
}

}  // namespace
}  // namespace mdsm
