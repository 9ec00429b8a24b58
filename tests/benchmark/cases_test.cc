#include "mdsm/benchmark/cases.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace mdsm {
namespace {

TEST(BenchmarkCases, NameTheirNetworkAndBatch) {
  EXPECT_EQ(benchmark_case("res12-w64-b32").batch, 32);
  for (const BenchmarkCase& one : benchmark_cases()) {
    const Graph graph = one.graph();
    EXPECT_EQ(graph.datum_shape(graph.input(0)), one.image) << one.name;
    EXPECT_NE(one.name.find(fmt::format("-b{}", one.batch)), std::string::npos) << one.name;
    const Parameters theta = one.parameters(1);
    EXPECT_EQ(theta.size(), graph.parameters().size()) << one.name;
  }
  testing::expect_error([] { benchmark_case("res12-w64-b31"); }, "Did you mean 'res12-w64-b32'?");
}

}  // namespace
}  // namespace mdsm
