#include "mdsm/base/rng.h"

#include <ATen/Parallel.h>

#include <numbers>
#include <numeric>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

using Words = std::array<uint32_t, 4>;

Words block_at(const RandomKey& key, uint32_t block) {
  return philox({block, key.slot, key.step, static_cast<uint32_t>(key.stream)},
                {static_cast<uint32_t>(key.seed), static_cast<uint32_t>(key.seed >> 32)});
}

constexpr float kTwoToMinus24 = 0x1p-24F;

/// Calls emit(position, value) for four values a block, in order, up to `count`.
template <class Transform> void fill_blocks(const RandomKey& key, std::span<float> out, Transform transform) {
  for (size_t at = 0; at < out.size(); at += 4) {
    const std::array<float, 4> values = transform(block_at(key, static_cast<uint32_t>(at / 4)));
    std::copy_n(values.begin(), std::min<size_t>(4, out.size() - at), out.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

std::array<float, 4> to_uniform(const Words& words) {
  std::array<float, 4> u{};
  for (size_t i = 0; i < 4; ++i) u[i] = static_cast<float>(words[i] >> 8) * kTwoToMinus24;
  return u;
}

std::array<float, 4> to_normal(const Words& words) {
  std::array<float, 4> z{};
  for (size_t i = 0; i < 4; i += 2) {
    // (0, 1]: the logarithm is finite, and the tail reaches sqrt(2 ln 2^32) = 6.66.
    const float u = (static_cast<float>(words[i]) + 1.0F) * 0x1p-32F;
    const float angle = static_cast<float>(words[i + 1]) * (0x1p-32F * 2 * std::numbers::pi_v<float>);
    const float radius = std::sqrt(-2.0F * std::log(u));
    z[i] = radius * std::cos(angle);
    z[i + 1] = radius * std::sin(angle);
  }
  return z;
}

template <class Fill>
Tensor draw_rows(std::span<const RandomKey> keys, uint32_t step, at::IntArrayRef datum_shape, at::ScalarType type,
                 Fill fill) {
  const auto count = static_cast<int64_t>(keys.size());
  Tensor out = at::empty(batch_shape(count, datum_shape), at::kFloat);
  const int64_t width = element_count(datum_shape);
  float* data = out.data_ptr<float>();
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      RandomKey key = keys[static_cast<size_t>(row)];
      key.step = step;
      fill(key, std::span<float>(data + row * width, static_cast<size_t>(width)));
    }
  });
  return out.to(type);
}

}  // namespace

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = uint64_t{0xD2511F53} * counter[0];
    const uint64_t second = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(second),
               static_cast<uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(first)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

void fill_normal(const RandomKey& key, std::span<float> out) { fill_blocks(key, out, to_normal); }

void fill_uniform(const RandomKey& key, std::span<float> out) { fill_blocks(key, out, to_uniform); }

double uniform_at(const RandomKey& key, uint32_t position) {
  const Words words = block_at(key, position);
  const uint64_t bits = (uint64_t{words[0]} << 32 | words[1]) >> 11;
  return static_cast<double>(bits) * 0x1p-53;
}

uint64_t integer_at(const RandomKey& key, uint32_t position, uint64_t bound) {
  require(bound >= 1 && bound <= (uint64_t{1} << 32), "integer_at: bound is {} (expected 1 to 2^32).", bound);
  const Words words = block_at(key, position);
  // Multiply and shift (Lemire 2019) with 64 random bits: floor(bits * bound / 2^64), in two 32-bit halves.
  const uint64_t low = (uint64_t{words[1]} * bound) >> 32;
  return (uint64_t{words[0]} * bound + low) >> 32;
}

RandomRows RandomRows::slots(uint64_t seed, Stream stream, uint32_t first_slot, int64_t count) {
  std::vector<RandomKey> keys(static_cast<size_t>(count));
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = {seed, stream, 0, first_slot + static_cast<uint32_t>(i)};
  return RandomRows(std::move(keys));
}

RandomRows RandomRows::seeds(std::span<const uint64_t> seeds, Stream stream) {
  std::vector<RandomKey> keys;
  keys.reserve(seeds.size());
  for (uint64_t seed : seeds) keys.push_back({seed, stream, 0, 0});
  return RandomRows(std::move(keys));
}

RandomRows RandomRows::with(Stream stream) const {
  std::vector<RandomKey> keys = keys_;
  for (RandomKey& key : keys) key.stream = stream;
  return RandomRows(std::move(keys));
}

RandomRows RandomRows::narrow(int64_t first, int64_t count) const {
  require(first >= 0 && count >= 0 && first + count <= this->count(), "RandomRows::narrow: rows {}..{} of {}.", first,
          first + count, this->count());
  return RandomRows(std::vector<RandomKey>(keys_.begin() + first, keys_.begin() + first + count));
}

Tensor RandomRows::normal(uint32_t step, at::IntArrayRef datum_shape, at::ScalarType type) const {
  return draw_rows(keys_, step, datum_shape, type, fill_normal);
}

Tensor RandomRows::uniform(uint32_t step, at::IntArrayRef datum_shape, at::ScalarType type) const {
  return draw_rows(keys_, step, datum_shape, type, fill_uniform);
}

std::vector<int64_t> permutation(const RandomKey& key, int64_t count) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  for (auto last = static_cast<uint64_t>(count); last > 1; --last) {
    std::swap(order[last - 1], order[integer_at(key, static_cast<uint32_t>(last), last)]);
  }
  return order;
}

}  // namespace mdsm
