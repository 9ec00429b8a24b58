// The lines that NVRTC compiles for a card, run by the host: against ATen.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

#include "mdsm/base/rng.h"
#include "mdsm/engine/kernels/cpu/pointwise.h"
#include "mdsm/engine/ops/pointwise.h"
#include "support/expect_close.h"

namespace mdsm {
namespace {

namespace on_host {

#include "mdsm/engine/ops/phi-inl.h"
//
#include "mdsm/engine/kernels/cuda/numbers-inl.h"
//
#include "mdsm/engine/kernels/cuda/grid-inl.h"

}  // namespace on_host

constexpr long long kThreads = 37;  // divides neither the packets nor the rest

/// The pass over a whole tensor, thread by thread.
template <class Pass, class Phi, class T> void run_grid(const Tensors& in, const Tensor& out) {
  on_host::PassInputs<T> inputs{};
  for (size_t k = 0; k < in.size(); ++k) inputs.at[k] = static_cast<const T*>(in[k].const_data_ptr());
  for (long long thread = 0; thread < kThreads; ++thread) {
    on_host::run_thread<Pass, Phi, T>(thread, kThreads, out.numel(), static_cast<T*>(out.mutable_data_ptr()), inputs);
  }
}

template <class Pass, class Phi> Tensor run(const Tensors& in) {
  EXPECT_EQ(in.size(), static_cast<size_t>(Pass::kInputs));
  const Tensor out = at::full_like(in[0], std::nan(""));
  if (in[0].scalar_type() == at::kFloat) run_grid<Pass, Phi, float>(in, out);
  else run_grid<Pass, Phi, on_host::Bfloat16>(in, out);
  return out;
}

/// Functions of the table by number: forward, slope, slope onto, bend, bend onto.
using Body = std::function<Tensor(const Tensors&)>;
template <class... Row> std::vector<std::array<Body, 5>> bodies_of(on_host::PhiTable<Row...>) {
  return {{run<on_host::ForwardPass, Row>, run<on_host::SlopePass, Row>, run<on_host::SlopeOntoPass, Row>,
           run<on_host::BendPass, Row>, run<on_host::BendOntoPass, Row>}...};
}

Tensor draw(uint32_t step, at::ScalarType type) {
  return (3 * RandomRows::slots(7, Stream::data, 0, 1).normal(step, {4099}).squeeze(0)).to(type);
}

/// The formulas by ATen's calls in float64.
Tensors by_aten(const PointwiseFunction& function, const Tensors& x) {
  const auto wide = [](const Tensor& t) { return t.to(at::kDouble); };
  const Tensor slope = function.slope(wide(x[0])), product = slope * wide(x[1]);
  const Tensor bend = slope * wide(x[3]) + function.bend(wide(x[0]), wide(x[1])) * wide(x[2]);
  return {product, product + wide(x[2]), bend, bend + wide(x[4])};
}

TEST(PhiOnHost, EveryBodyGivesWhatAtenGives) {
  const std::vector<std::array<Body, 5>> bodies = bodies_of(on_host::Phis());
  ASSERT_EQ(bodies.size(), pointwise_functions().size());
  for (const auto& [type, tolerance] : {std::pair{at::kFloat, 1e-6}, std::pair{at::kBFloat16, 4e-3}}) {
    Tensors given;
    for (uint32_t i = 0; i < 6; ++i) given.push_back(draw(i, type));
    for (size_t row = 0; row < bodies.size(); ++row) {
      const PointwiseFunction& function = pointwise_functions()[row];
      SCOPED_TRACE(function.name);
      const Tensor y = bodies[row][0]({given[0]});
      testing::expect_close(y, function.phi(given[0].to(at::kDouble)), tolerance, "forward");
      const Tensors in{function.reads == Reads::output ? y : given[0], given[1], given[2], given[3], given[4]};
      const Tensors exact = by_aten(function, in);
      const std::array<Tensors, 4> inputs{Tensors{in[0], in[1]}, Tensors{in[0], in[1], in[2]},
                                          Tensors{in[0], in[1], in[2], in[3]}, in};
      for (size_t pass = 0; pass < 4; ++pass) {
        testing::expect_close(bodies[row][pass + 1](inputs[pass]), exact[pass], tolerance, "a pass");
      }
    }
  }
}

TEST(PhiOnHost, NanStaysNan) {
  const Tensor x = at::full({9}, std::nan(""));
  for (const std::array<Body, 5>& body : bodies_of(on_host::Phis())) {
    for (at::ScalarType type : {at::kFloat, at::kBFloat16}) {
      const Tensor nan = x.to(type), one = at::ones_like(nan);
      EXPECT_TRUE(body[0]({nan}).isnan().all().item<bool>());
      EXPECT_TRUE(body[1]({nan, one}).isnan().all().item<bool>());
      EXPECT_TRUE(body[3]({nan, one, one, one}).isnan().all().item<bool>());
    }
  }
}

TEST(PhiOnHost, RoundsToBfloat16AsAtenDoes) {
  std::vector<float> values;  // every upper half, and with the lower half below, at and above the middle
  for (uint32_t high = 0; high < 0x10000; ++high) {
    for (uint32_t low : {0x0000U, 0x0001U, 0x7FFFU, 0x8000U, 0x8001U, 0xFFFFU}) {
      values.push_back(std::bit_cast<float>((high << 16) | low));
    }
  }
  const Tensor x = at::from_blob(values.data(), {static_cast<int64_t>(values.size())}, at::kFloat);
  const Tensor expected = x.to(at::kBFloat16);
  int64_t wrong = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const uint16_t theirs = expected.const_data_ptr<c10::BFloat16>()[i].x,
                   ours = on_host::narrow<on_host::Bfloat16>(values[i]).bits;
    const bool both_nan = std::isnan(values[i]) && std::isnan(on_host::widen(on_host::Bfloat16{ours}));
    if (ours != theirs && !both_nan) ++wrong;
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace mdsm
