#include "mdsm/data/synthetic.h"

#include <gtest/gtest.h>

#include <numeric>

#include "mdsm/data/synthetic/density.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

class EverySyntheticSource : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Synthetic, EverySyntheticSource, ::testing::ValuesIn(synthetic_names()), [](const auto& name) {
  std::string plain = name.param;
  std::erase(plain, '-');
  return plain;
});

TEST_P(EverySyntheticSource, ADatumDependsOnIndexAndSplitAlone) {
  const auto train = synthetic_source(GetParam(), Split::train);
  const auto test = synthetic_source(GetParam(), Split::test);
  EXPECT_EQ(train->info().name, GetParam());
  EXPECT_EQ(test->info().split, Split::test);
  EXPECT_EQ(train->size(), Source::kEndless);
  std::vector<int64_t> indices(40);
  std::iota(indices.begin(), indices.end(), int64_t{0});
  const Tensor data = train->read(indices);
  EXPECT_EQ(data.scalar_type(), at::kFloat);
  EXPECT_EQ(data.sizes(), at::IntArrayRef(batch_shape(40, train->info().datum_shape)));
  const std::vector<int64_t> some{31, 2, 31};
  EXPECT_TRUE(at::equal(train->read(some), at::stack({data[31], data[2], data[31]})));
  const Tensor labels = train->labels(indices);
  EXPECT_EQ(train->labels(some)[1].item<int64_t>(), labels[2].item<int64_t>());
  // No datum of the other split, nor one whose index shares its low 32 bits, is the same.
  std::vector<int64_t> high = indices;
  for (int64_t& index : high) index += int64_t{1} << 32;
  for (const Tensor& others : {test->read(indices), train->read(high)}) {
    for (int64_t i = 0; i < 40; ++i) EXPECT_FALSE(at::equal(data[i], others[i])) << i;
  }
}

TEST_P(EverySyntheticSource, LabelsNameTheClasses) {
  const auto source = synthetic_source(GetParam(), Split::train);
  std::vector<int64_t> indices(500);
  std::iota(indices.begin(), indices.end(), int64_t{0});
  const Tensor labels = source->labels(indices);
  EXPECT_EQ(labels.scalar_type(), at::kLong);
  const auto classes = static_cast<int64_t>(source->info().classes.size());
  EXPECT_EQ(labels.min().item<int64_t>(), classes == 0 ? -1 : 0);
  EXPECT_EQ(labels.max().item<int64_t>(), classes - 1);
}

TEST_P(EverySyntheticSource, IndicesStartAtZero) {
  const auto source = synthetic_source(GetParam(), Split::train);
  const std::vector<int64_t> bad{3, -1};
  testing::expect_error([&] { source->read(bad); }, "index -1");
  testing::expect_error([&] { source->labels(bad); }, "index -1");
  EXPECT_EQ(source->read(std::vector<int64_t>{}).size(0), 0);
}

TEST(Synthetic, DataAreDrawsOfTheDensity) {
  const auto source = synthetic_source("ring", Split::test);
  std::vector<int64_t> indices(1000);
  std::iota(indices.begin(), indices.end(), int64_t{0});
  const Tensor radius = source->read(indices).norm(2, 1);
  // Mean radius R + s^2/R = 2.02 with deviation 0.2: 4.5 standard errors, false alarms below 7e-6.
  EXPECT_NEAR(radius.mean().item<double>(), 2.02, 4.5 * 0.2 / std::sqrt(1000.0));
}

TEST(Synthetic, Names) {
  EXPECT_TRUE(is_synthetic("swiss-roll"));
  EXPECT_TRUE(is_synthetic("strokes"));
  EXPECT_FALSE(is_synthetic("mnist"));
  EXPECT_EQ(synthetic_names().size(), 7U);
  testing::expect_error([] { synthetic_source("stroke", Split::train); }, "Did you mean 'strokes'?");
}

}  // namespace
}  // namespace mdsm
