#include "mdsm/energy/part_sizes.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/rng.h"

namespace mdsm {
namespace {

constexpr uint64_t kSeed = 20261127;

bool same(const ValueAndGradient& a, const ValueAndGradient& b) {
  return at::equal(a.value, b.value) && at::equal(a.gradient, b.gradient);
}

ValueAndGradient rows_of(const ValueAndGradient& all, int64_t count) {
  return {all.value.narrow(0, 0, count), all.gradient.narrow(0, 0, count)};
}

}  // namespace

std::vector<int64_t> agreeing_sizes(const PartFunction& evaluate, const Tensor& x) {
  const int64_t largest = x.size(0);
  if (largest == 1) return {1};
  const ValueAndGradient reference = evaluate(x);
  const int64_t shift = largest > 4 ? 3 : 1;
  const ValueAndGradient moved = evaluate(x.roll(shift, 0));
  if (!same(reference, {moved.value.roll(-shift, 0), moved.gradient.roll(-shift, 0)})) return {1};
  std::vector<int64_t> sizes{largest};
  for (int64_t size = largest / 2; size >= 1; size /= 2) {
    if (same(evaluate(x.narrow(0, 0, size).clone()), rows_of(reference, size))) sizes.push_back(size);
  }
  std::reverse(sizes.begin(), sizes.end());
  return sizes;
}

Parameters test_weights(const Parameters& like) {
  Parameters weights;
  for (size_t i = 0; i < like.size(); ++i) {
    const Shape shape = like[i].sizes().vec();
    const auto fan_in = static_cast<double>(shape.empty() ? 1 : std::max<int64_t>(1, like[i].numel() / shape[0]));
    const RandomRows row = RandomRows::slots(kSeed, Stream::initial_weights, static_cast<uint32_t>(i), 1);
    weights.add(like.name(i), row.normal(0, shape, like[i].scalar_type())[0] / std::sqrt(fan_in));
  }
  return weights;
}

Tensor test_data(int64_t count, const Shape& datum_shape, at::ScalarType type) {
  return RandomRows::slots(kSeed, Stream::data, 0, count).normal(0, datum_shape, type) * 0.3 + 0.5;
}

}  // namespace mdsm
