#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Purposes that must never share random numbers.
enum class Stream : uint32_t {
  initial_weights = 1,
  shuffle = 2,
  training_level = 3,  ///< noise levels of a training batch
  training_noise = 4,
  augmentation = 5,
  held_out_noise = 6,
  chain_start = 7,
  chain_step = 8,
  data = 9,  ///< synthetic data
  metropolis = 10,
  momentum = 11,
  measurement = 12,  ///< noise added to inputs that are restored or scored
  bootstrap = 13,
  eight_bits = 14,  ///< which noisy data of a training batch are rounded to 8 bits
};

/// Names one row of random numbers. Every number of this project is a function of (key, position): there is no
/// generator state, so that a resumed run, another split of a batch or another number of threads draws the same noise.
struct RandomKey {
  uint64_t seed = 0;
  Stream stream = Stream::data;
  uint32_t step = 0;  ///< training step, or step of a chain
  uint32_t slot = 0;  ///< place in the batch, or index of a datum
};

/// Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): 128 random bits for a counter
/// and a key.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// Fills with N(0, 1), four numbers a Philox call, by Box and Muller.
void fill_normal(const RandomKey& key, std::span<float> out);
/// Fills with uniform numbers of [0, 1): 24 random bits each.
void fill_uniform(const RandomKey& key, std::span<float> out);

/// One uniform number of [0, 1) with 53 random bits: number `position` of the row.
double uniform_at(const RandomKey& key, uint32_t position);
/// One uniform integer of 0..bound-1 (bound < 2^32), unbiased to 2^-64 * bound: number `position` of the row.
uint64_t integer_at(const RandomKey& key, uint32_t position, uint64_t bound);

/// A key for each datum of a batch: what a sampler or a training step draws its noise from.
class RandomRows {
 public:
  /// The slots first_slot .. first_slot + count - 1 of one seed.
  static RandomRows slots(uint64_t seed, Stream stream, uint32_t first_slot, int64_t count);
  /// One seed a row: an image's seed alone decides its noise, whatever else is in the batch.
  static RandomRows seeds(std::span<const uint64_t> seeds, Stream stream);

  int64_t count() const { return static_cast<int64_t>(keys_.size()); }
  /// The same rows for another purpose.
  RandomRows with(Stream stream) const;
  /// Rows first .. first + count - 1.
  RandomRows narrow(int64_t first, int64_t count) const;

  /// (count, datum_shape...) of N(0, 1), drawn in float32 and converted to `type`; `step` picks fresh numbers.
  Tensor normal(uint32_t step, at::IntArrayRef datum_shape, at::ScalarType type = at::kFloat) const;
  /// (count, datum_shape...) uniform in [0, 1).
  Tensor uniform(uint32_t step, at::IntArrayRef datum_shape, at::ScalarType type = at::kFloat) const;

 private:
  explicit RandomRows(std::vector<RandomKey> keys) : keys_(std::move(keys)) {}
  std::vector<RandomKey> keys_;
};

/// The permutation of 0..count-1 that `key` names (Fisher and Yates).
std::vector<int64_t> permutation(const RandomKey& key, int64_t count);

}  // namespace mdsm
