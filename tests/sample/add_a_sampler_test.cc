// The example of docs/add-a-sampler.md: what the page shows is compiled, tested and compared with it here.
#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/sample/sampler.h"
#include "mdsm/sample/temperature.h"
#include "support/expect_close.h"
#include "support/goodness_of_fit.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

/// Langevin dynamics with averaged noise:  x <- x - (eps^2/2) grad E(x) + eps sqrt(T) (n_t + n_{t+1})/2.
///
/// One gradient a step, like plain Langevin dynamics, but without its bias on a Gaussian: the variance is T s^2 for
/// every eps < 2 s. Source: Leimkuhler and Matthews 2013, arXiv:1203.5428.
class AveragedNoiseSampler final : public Sampler {
 public:
  AveragedNoiseSampler(std::vector<double> temperatures, double step_size, ChainEnds ends)
      : Sampler(std::move(ends)), temperatures_(std::move(temperatures)), step_size_(step_size) {
    require_temperatures(temperatures_);
  }

 private:
  Outcome advance(const Energy& energy, Tensor& x, const RandomRows& noise, Observer* observer) const override {
    const int64_t steps = step_gradients();
    const auto draw = [&](int64_t step) {
      return noise.normal(static_cast<uint32_t>(step), energy.datum_shape(), x.scalar_type()).to(x.device());
    };
    Tensor now = draw(0);
    for (int64_t step = 0; step < steps; ++step) {
      const double temperature = temperatures_[static_cast<size_t>(step)];
      const std::optional<Tensor> gradient = observed_gradient(energy, x, step, steps, temperature, observer);
      if (!gradient) return Outcome::stopped;
      const Tensor next = draw(step + 1);
      x.add_(*gradient * (-0.5 * step_size_ * step_size_));
      x.add_(now.add_(next) * (0.5 * step_size_ * std::sqrt(temperature)));
      now = next;
    }
    return Outcome::finished;
  }

  int64_t step_gradients() const override { return static_cast<int64_t>(temperatures_.size()); }

  std::vector<double> temperatures_;
  double step_size_;
};

TEST(AveragedNoise, HasTheExactVarianceOnAGaussian) {
  const DiagonalGaussianEnergy energy(at::zeros({1024}), at::full({1}, 0.01));
  const AveragedNoiseSampler sampler(constant_temperatures(4, 50), 0.15, {.ending = Ending::keep});
  const RandomRows rows = RandomRows::slots(1, Stream::data, 0, 32);
  const Tensor x = sampler.run(energy, at::zeros({32, 1024}), rows);
  testing::expect_normal_moments(x, 0, 4 * 0.01);  // false alarms: 4e-6
  EXPECT_TRUE(at::equal(sampler.run(energy, at::zeros({1, 1024}), rows.narrow(9, 1))[0], x[9]));
}

/// Everything between "```cpp" and "```" lines.
std::vector<std::string> code_blocks(const std::string& page) {
  const std::string open = "```cpp\n";
  std::vector<std::string> blocks;
  for (size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    blocks.push_back(page.substr(at, page.find("```", at) - at));
  }
  return blocks;
}

TEST(AddASampler, ThePageShowsThisCode) {
  const std::filesystem::path root = MDSM_SOURCE_DIR;
  const std::string here = testing::read_bytes(root / "tests/sample/add_a_sampler_test.cc");
  const std::vector<std::string> blocks = code_blocks(testing::read_bytes(root / "docs/add-a-sampler.md"));
  ASSERT_EQ(blocks.size(), 2U);
  for (const std::string& block : blocks) EXPECT_NE(here.find(block), std::string::npos) << block;
}

}  // namespace
}  // namespace mdsm
