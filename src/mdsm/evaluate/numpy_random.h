#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace mdsm {

/// The orders that numpy.random.RandomState(seed) draws, for judges in Python that fix their subsets by a seed.
///
/// Its generator is MT19937 with Matsumoto and Nishimura's init_genrand, which std::mt19937 is by definition; bounded
/// integers are drawn by masking and rejection. Source: numpy/random/mtrand.pyx (shuffle), distributions.c
/// (random_interval); frozen by NumPy's NEP 19.
class NumpyRandom {
 public:
  explicit NumpyRandom(uint32_t seed) : generator_(seed) {}

  /// RandomState.permutation(count), count < 2^32.
  std::vector<int64_t> permutation(int64_t count);
  /// RandomState.choice(count, size, replace=False): the head of a permutation.
  /// \throws Error if size > count
  std::vector<int64_t> choice(int64_t count, int64_t size);

 private:
  uint32_t at_most(uint32_t largest);

  std::mt19937 generator_;
};

}  // namespace mdsm
